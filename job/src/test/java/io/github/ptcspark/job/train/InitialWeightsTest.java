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
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.Combining;
import io.github.ptcspark.pruning.methods.LinearCompression;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import io.github.ptcspark.testing.Policies;
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
    assertThat(start.weights().tensors().get(Combining.TOKENS).shape()).containsExactly(8, 64);
  }

  /** Without weight and bias of the normalisation they are a normal cut off at two deviations. */
  @Test
  public void combinationTokensLieWhereEmbeddingsLie() {
    Bundle start = InitialWeights.of(encoder, LABELS, combiningAt(3, 50), 1);
    double[] weight = values(encoder, TensorNames.weight(TensorNames.EMBEDDINGS_NORM));
    double[] bias = values(encoder, TensorNames.bias(TensorNames.EMBEDDINGS_NORM));
    double[] tokens = values(start, Combining.TOKENS);
    double[] plain =
        IntStream.range(0, tokens.length)
            .mapToDouble(i -> (tokens[i] - bias[i % 64]) / weight[i % 64])
            .toArray();
    assertThat(deviation(plain)).isCloseTo(0.88, within(0.03));
    assertThat(Arrays.stream(plain).map(Math::abs).max().orElseThrow()).isLessThan(2.001);
  }

  @Test
  public void aLinearMapBeginsWithMeansOfSections() {
    for (int tokens : new int[] {1, 5, 64, 100}) {
      PruningPolicy policy = PolicyText.complete("linear(layer=3, tokens=%s)".formatted(tokens));
      Bundle start =
          InitialWeights.of(
              encoder,
              LABELS,
              new ModelSettings(policy, Precision.FP32, LongDocuments.TRUNCATE),
              1);
      double[] map = values(start, LinearCompression.MAP);
      double[] columns = new double[LinearCompression.PARTS];
      for (int i = 0; i < tokens; i++) {
        double row = 0;
        for (int c = 0; c < columns.length; c++) {
          double weight = map[i * columns.length + c];
          row += weight;
          columns[c] += weight;
          boolean inside =
              (c + 1) * tokens > i * columns.length && c * tokens < (i + 1) * columns.length;
          assertThat(weight > 0).as("token %s of %s, part %s", i, tokens, c).isEqualTo(inside);
        }
        assertThat(row).isCloseTo(1, within(1e-5));
      }
      for (double column : columns) {
        assertThat(column).isCloseTo((double) tokens / columns.length, within(1e-5));
      }
    }
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
    assertThat(values(start, TensorNames.weight(Combining.QUERY)))
        .isNotEqualTo(values(start, TensorNames.weight(Combining.KEY)));
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
    assertThat(fewer.weights().tensors().get(Combining.TOKENS).shape()).containsExactly(4, 64);
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
    PruningPolicy policy = Policies.ptc(0.9, Fuzzy.FUZZY, Scope.TOKENS, 2, 1, layer, tokens, 8);
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
