package io.github.ptcspark.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.Device;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.oracle.OracleOutput;
import io.github.ptcspark.oracle.PolicyOracle;
import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.testing.MethodSettings;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.SampleTexts;
import io.github.ptcspark.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.Rule;
import org.junit.Test;

/** What the program says it did to each token, against the formulas in plain Java. */
public class TraceTest {

  private static final EncoderShape SHAPE = MethodSettings.SHAPE;
  private static final double SMALLEST_MARGIN = 1e-4;

  @Rule public final Seed seed = new Seed();
  private final Random random = seed.random();

  /** A token's last layer is the one before the first in which its key is missing. */
  @Test
  public void tokensGoInTheLayersOfTheFormulas() {
    for (PruningPolicy policy : MethodSettings.all()) {
      Bundle bundle = bundle(policy, Precision.FP32, LongDocuments.TRUNCATE, 512);
      PolicyOracle oracle = new PolicyOracle(bundle);
      try (Classifier classifier = new Classifier(bundle, bundle.settings())) {
        for (int words : new int[] {1, 5, 30, 70}) {
          TracedDocument traced = trace(classifier, oracle, words);
          TracedWindow window = traced.windows().get(0);
          OracleOutput expected = oracle.run(ids(window));
          int lastWordLayer = policy.lastWordLayer(SHAPE.layers());
          for (int token = 0; token < window.ids().size(); token++) {
            int last = 0;
            while (last < lastWordLayer && expected.keptPositions().get(last).contains(token)) {
              last++;
            }
            assertThat(window.lastLayers().get(token))
                .as("%s, token %s of %s", policy, token, window.ids().size())
                .isEqualTo(last);
          }
          assertThat(window.groups()).as("%s", policy).isEqualTo(groups(expected, window, policy));
        }
      }
    }
  }

  @Test
  public void whatATracedDocumentIsLabelledIsTheSameBitForBit() {
    List<String> texts = new ArrayList<>(SampleTexts.topics().subList(0, 4));
    texts.add("a");
    List<Precision> precisions =
        Precision.on(Device.CPU).stream()
            .filter(Precision::isExact)
            .filter(precision -> Precisions.lack(precision, Processor.current()).isEmpty())
            .toList();
    List<LongDocuments> rules = List.of(LongDocuments.values());
    int turn = 0;
    for (PruningPolicy policy : MethodSettings.few()) {
      for (Precision precision : precisions) {
        LongDocuments rule = rules.get(turn++ % rules.size());
        Bundle bundle = bundle(policy, precision, rule, 96);
        try (Classifier classifier = new Classifier(bundle, bundle.settings())) {
          for (String text : texts) {
            TracedDocument traced = classifier.trace(text);
            assertThat(traced.classification()).isEqualTo(classifier.classify(text));
            assertThat(traced.windows())
                .hasSize(traced.classification().statistics().windows())
                .allMatch(window -> window.pieces().size() == window.ids().size() - 2);
            assertThat(kept(traced, policy))
                .isEqualTo(traced.classification().statistics().keptPerLayer());
          }
        }
      }
    }
  }

  @Test
  public void windowsSayWhichWordPiecesTheyRead() {
    for (LongDocuments rule : LongDocuments.values()) {
      DocumentReader reader = new DocumentReader(rule, 10, 101, 102);
      for (int length : new int[] {0, 1, 8, 9, 40}) {
        long[] pieces = random.longs(length, 0, 1000).toArray();
        List<long[]> windows = reader.windows(pieces);
        List<List<Integer>> places = reader.places(length);
        assertThat(places).hasSameSizeAs(windows);
        for (int window = 0; window < windows.size(); window++) {
          for (int i = 0; i < places.get(window).size(); i++) {
            assertThat(windows.get(window)[i + 1]).isEqualTo(pieces[places.get(window).get(i)]);
          }
        }
      }
    }
  }

  /** A document in which no decision is so near that 32 bits could take another. */
  private TracedDocument trace(Classifier classifier, PolicyOracle oracle, int words) {
    for (int tries = 0; ; tries++) {
      StringBuilder text = new StringBuilder();
      for (int word = 0; word < words; word++) {
        text.append(RandomBundles.WORDS.get(random.nextInt(RandomBundles.WORDS.size())))
            .append(' ');
      }
      TracedDocument traced = classifier.trace(text.toString());
      OracleOutput output = oracle.run(ids(traced.windows().get(0)));
      // A document of a few words always has one that is the threshold itself.
      if (output.margin() >= SMALLEST_MARGIN || tries == 20) {
        return traced;
      }
    }
  }

  private static List<Integer> groups(
      OracleOutput expected, TracedWindow window, PruningPolicy policy) {
    List<Integer> groups = new ArrayList<>();
    if (policy.combination().isPresent()) {
      List<Integer> combined =
          expected.keptPositions().get(policy.lastWordLayer(SHAPE.layers()) - 1);
      for (int token = 0; token < window.ids().size(); token++) {
        int place = combined.indexOf(token);
        groups.add(place < 0 ? TracedWindow.NONE : expected.groups().get(place));
      }
    }
    return groups;
  }

  /** Tokens by layer as the definition of the statistics counts them. */
  private static List<Integer> kept(TracedDocument traced, PruningPolicy policy) {
    List<Integer> kept = new ArrayList<>();
    int combining = policy.combination().map(Combination::layer).orElse(SHAPE.layers() + 1);
    for (int layer = 1; layer <= SHAPE.layers(); layer++) {
      int tokens = 0;
      for (TracedWindow window : traced.windows()) {
        if (layer < combining) {
          int alive = layer;
          tokens += (int) window.lastLayers().stream().filter(last -> last >= alive).count();
        } else if (layer == combining) {
          tokens +=
              (int) window.groups().stream().filter(group -> group != TracedWindow.NONE).count();
        } else {
          tokens += policy.combination().orElseThrow().tokens();
        }
      }
      kept.add(tokens);
    }
    return kept;
  }

  private static long[] ids(TracedWindow window) {
    return window.ids().stream().mapToLong(Long::longValue).toArray();
  }

  private Bundle bundle(
      PruningPolicy policy, Precision precision, LongDocuments rule, int positions) {
    return RandomBundles.bundle(
        random.nextLong(),
        SHAPE,
        positions,
        List.of("a", "b", "c"),
        Pooling.MEAN,
        new ModelSettings(policy, precision, rule));
  }
}
