package io.github.ptcspark.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.TensorNames;
import io.github.ptcspark.bundle.Weights;
import io.github.ptcspark.oracle.OracleOutput;
import io.github.ptcspark.oracle.PolicyOracle;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import io.github.ptcspark.testing.Policies;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.Seed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.Rule;
import org.junit.Test;

/**
 * Gradient times input is the slope of the logit along the embedding itself: {@code x . dz/dx =
 * d/dt z((1 + t) x)} at t = 0. The oracle's logits in double precision, with the row of one word
 * made a little longer and a little shorter, say what it is.
 */
public class SaliencyTest {

  private static final EncoderShape SHAPE = new EncoderShape(4, 32, 4, 64);
  private static final double STEP = 1e-3;

  @Rule public final Seed seed = new Seed();
  private final Random random = seed.random();

  @Test
  public void saliencyIsTheSlopeOfTheLogitAlongEachEmbedding() {
    int checked = 0;
    for (PruningPolicy policy :
        List.of(
            PruningPolicy.NONE,
            Policies.ptc(0.7, Fuzzy.OFF, Scope.TOKENS, 2, 1, 0, 0, 8),
            Policies.ptc(0.7, Fuzzy.FUZZY_QUOTA, Scope.KEYS_VALUES, 2, 1, 0, 0, 8),
            Policies.ptc(0.7, Fuzzy.OFF, Scope.TOKENS, 2, 1, 3, 4, 8),
            Policies.ptc(0.8, Fuzzy.FUZZY, Scope.KEYS_VALUES, 2, 1, 4, 8, 8))) {
      for (Pooling pooling : Pooling.values()) {
        Bundle bundle =
            RandomBundles.bundle(
                random.nextLong(),
                SHAPE,
                List.of("a", "b", "c"),
                pooling,
                new ModelSettings(policy, Precision.INT8, LongDocuments.TRUNCATE));
        int label = random.nextInt(3);
        long[] ids = document();
        OracleOutput center = new PolicyOracle(bundle).run(ids);
        try (Saliency saliency = Saliency.load(bundle, policy)) {
          float[] actual = saliency.of(ids, label);
          assertThat(actual).hasSameSizeAs(ids);
          for (int token = 0; token < ids.length; token++) {
            OracleOutput longer = scaled(bundle, ids, token, 1 + STEP);
            OracleOutput shorter = scaled(bundle, ids, token, 1 - STEP);
            // Where another token goes, or goes elsewhere, the logit jumps.
            if (sameDecisions(center, longer) && sameDecisions(center, shorter)) {
              checked++;
              double slope = (longer.logits()[label] - shorter.logits()[label]) / (2 * STEP);
              assertThat((double) actual[token])
                  .as("token %s of %s, %s, %s", token, ids.length, policy, pooling)
                  .isCloseTo(slope, within(1e-3 + 1e-2 * Math.abs(slope)));
            }
          }
        }
      }
    }
    assertThat(checked).isGreaterThan(100);
  }

  @Test
  public void repeatedWordsHaveASaliencyEach() {
    Bundle bundle =
        RandomBundles.bundle(
            random.nextLong(), SHAPE, List.of("a", "b"), Pooling.MEAN, RandomBundles.PLAIN);
    try (Saliency saliency = Saliency.load(bundle, PruningPolicy.NONE)) {
      float[] values = saliency.of(new long[] {2, 9, 9, 9, 3}, 1);
      assertThat(values[1]).isNotEqualTo(values[2]);
      assertThat(values).isEqualTo(saliency.of(new long[] {2, 9, 9, 9, 3}, 1));
      assertThat(saliency.of(new long[] {2, 9, 3}, 0)).hasSize(3);
    }
  }

  private static OracleOutput scaled(Bundle bundle, long[] ids, int token, double factor) {
    Map<String, FloatTensor> tensors = new LinkedHashMap<>(bundle.weights().tensors());
    FloatTensor words = tensors.get(TensorNames.WORD_EMBEDDINGS);
    float[] values = words.toArray();
    int hidden = words.shape()[1];
    for (int i = 0; i < hidden; i++) {
      int place = Math.toIntExact(ids[token]) * hidden + i;
      values[place] = (float) (values[place] * factor);
    }
    tensors.put(TensorNames.WORD_EMBEDDINGS, FloatTensor.of(words.shape(), values));
    return new PolicyOracle(
            new Bundle(
                bundle.config(),
                bundle.labels(),
                bundle.pooling(),
                bundle.tokenizer(),
                new Weights("scaled weights", tensors),
                bundle.settings(),
                bundle.provenance()))
        .run(ids);
  }

  private static boolean sameDecisions(OracleOutput one, OracleOutput other) {
    return one.keptPositions().equals(other.keptPositions()) && one.groups().equals(other.groups());
  }

  /** Every word once: the oracle changes all that have the same row. */
  private long[] document() {
    List<Long> words =
        new ArrayList<>(LongStream.range(5, RandomBundles.vocabulary().size()).boxed().toList());
    Collections.shuffle(words, random);
    List<Long> ids = new ArrayList<>(words.subList(0, 12 + random.nextInt(12)));
    ids.add(0, 2L);
    ids.add(3L);
    return ids.stream().mapToLong(Long::longValue).toArray();
  }
}
