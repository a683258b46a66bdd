package io.github.ptcspark.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.TensorNames;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.PtcPolicy;
import io.github.ptcspark.pruning.PtcPolicy.Fuzzy;
import io.github.ptcspark.pruning.PtcPolicy.Scope;
import io.github.ptcspark.testing.RandomBundles;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.Test;

public class InitialWeightsTest {

  private static final EncoderShape SHAPE = new EncoderShape(4, 64, 4, 128);
  private static final List<String> LABELS = List.of("a", "b", "c");
  private static final String CLASSIFIER = TensorNames.weight(TensorNames.CLASSIFIER);

  private final Bundle encoder =
      RandomBundles.bundle(3, SHAPE, List.of(), Pooling.MEAN, RandomBundles.PLAIN);

  @Test
  public void theEncoderIsKeptAndTheRestIsNew() {
    Bundle start = InitialWeights.of(encoder, LABELS, combiningAt(3, 8), 1);
    assertThat(BundleFiles.of(start).parse().labels()).isEqualTo(LABELS);
    encoder
        .weights()
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(TensorNames.layer(2))) {
                assertThat(start.weights().has(name)).as(name).isFalse();
              } else {
                assertThat(start.weights().tensors().get(name)).as(name).isSameAs(tensor);
              }
            });
    assertThat(deviation(values(start, CLASSIFIER))).isCloseTo(0.02, within(0.005));
    assertThat(start.weights().tensors().get(TensorNames.COMBINATION_TOKENS).shape())
        .containsExactly(8, 64);
  }

  @Test
  public void combinationTokensAreClsAtSpreadPositions() {
    Bundle start = InitialWeights.of(encoder, LABELS, combiningAt(3, 3), 1);
    double[] tokens = values(start, TensorNames.COMBINATION_TOKENS);
    for (int token = 0; token < 3; token++) {
      int position = (token + 1) * 511 / 4;
      assertThat(Arrays.copyOfRange(tokens, token * 64, (token + 1) * 64))
          .containsExactly(embedded(2, position), within(1e-5));
    }
  }

  /** LN(word + position + type), from its definition. */
  private double[] embedded(int word, int position) {
    double[] words = values(encoder, TensorNames.WORD_EMBEDDINGS);
    double[] positions = values(encoder, TensorNames.POSITION_EMBEDDINGS);
    double[] types = values(encoder, TensorNames.TYPE_EMBEDDINGS);
    double[] weight = values(encoder, TensorNames.weight(TensorNames.EMBEDDINGS_NORM));
    double[] bias = values(encoder, TensorNames.bias(TensorNames.EMBEDDINGS_NORM));
    double[] sum =
        IntStream.range(0, 64)
            .mapToDouble(i -> words[word * 64 + i] + positions[position * 64 + i] + types[i])
            .toArray();
    double mean = Arrays.stream(sum).average().orElseThrow();
    double variance = Arrays.stream(sum).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
    return IntStream.range(0, 64)
        .mapToDouble(i -> (sum[i] - mean) / Math.sqrt(variance) * weight[i] + bias[i])
        .toArray();
  }

  @Test
  public void theSeedDecidesAndEveryTensorHasItsOwnNumbers() {
    ModelSettings settings = combiningAt(3, 8);
    double[] first = values(InitialWeights.of(encoder, LABELS, settings, 1), CLASSIFIER);
    assertThat(values(InitialWeights.of(encoder, LABELS, settings, 1), CLASSIFIER))
        .isEqualTo(first);
    assertThat(values(InitialWeights.of(encoder, LABELS, settings, 2), CLASSIFIER))
        .isNotEqualTo(first);
    Bundle start = InitialWeights.of(encoder, LABELS, settings, 1);
    assertThat(values(start, TensorNames.weight(TensorNames.COMBINING_QUERY)))
        .isNotEqualTo(values(start, TensorNames.weight(TensorNames.COMBINING_KEY)));
  }

  @Test
  public void aModelForTheSameClassesAndPolicyGoesOn() {
    ModelSettings settings = combiningAt(3, 8);
    Bundle trained = RandomBundles.bundle(4, SHAPE, LABELS, Pooling.MEAN, settings);
    InitialWeights.of(trained, LABELS, settings, 1)
        .weights()
        .tensors()
        .forEach(
            (name, tensor) ->
                assertThat(tensor).as(name).isSameAs(trained.weights().tensors().get(name)));
    Bundle other = InitialWeights.of(trained, List.of("x", "y"), settings, 1);
    assertThat(other.weights().tensors().get(CLASSIFIER).shape()).containsExactly(2, 64);
    Bundle fewer = InitialWeights.of(trained, LABELS, combiningAt(3, 4), 1);
    assertThat(fewer.weights().tensors().get(TensorNames.COMBINATION_TOKENS).shape())
        .containsExactly(4, 64);
  }

  @Test
  public void aReplacedLayerCannotComeBack() {
    Bundle trained = RandomBundles.bundle(4, SHAPE, LABELS, Pooling.MEAN, combiningAt(3, 8));
    assertThatThrownBy(() -> InitialWeights.of(trained, LABELS, combiningAt(4, 8), 1))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot train with combining layer 4: the base model combines at layer 3 and has no"
                + " such encoder layer");
    assertThatThrownBy(() -> InitialWeights.of(trained, LABELS, RandomBundles.PLAIN, 1))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot train with combining layer none: the base model combines at layer 3 and has no"
                + " such encoder layer");
  }

  private static ModelSettings combiningAt(int layer, int tokens) {
    PruningPolicy policy = new PtcPolicy(0.9, Fuzzy.FUZZY, Scope.TOKENS, 2, layer, tokens, 8);
    return new ModelSettings(policy, Precision.INT8, LongDocuments.TRUNCATE);
  }

  private static double[] values(Bundle bundle, String name) {
    float[] values = bundle.weights().tensors().get(name).toArray();
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  private static double deviation(double[] values) {
    double squares = 0;
    for (double value : values) {
      squares += value * value;
    }
    return Math.sqrt(squares / values.length);
  }
}
