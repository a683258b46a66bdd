package io.github.ptcspark.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.TensorNames;
import java.util.List;
import org.junit.Test;

/** The pieces of BERT against values worked out by hand. */
public class BertOracleTest {

  private static final double EXACT = 1e-12;

  @Test
  public void errorFunctionMatchesTables() {
    assertThat(Erf.erf(0)).isZero();
    assertThat(Erf.erf(0.1)).isCloseTo(0.1124629160182849, within(1e-15));
    assertThat(Erf.erf(0.5)).isCloseTo(0.5204998778130465, within(1e-15));
    assertThat(Erf.erf(1)).isCloseTo(0.8427007929497149, within(1e-15));
    assertThat(Erf.erf(2)).isCloseTo(0.9953222650189527, within(1e-15));
    assertThat(Erf.erf(3.5)).isCloseTo(0.9999992569016276, within(1e-15));
    assertThat(Erf.erf(5.9)).isCloseTo(1, within(1e-15));
    assertThat(Erf.erf(-1)).isEqualTo(-Erf.erf(1));
    assertThat(Erf.erf(40)).isEqualTo(1);
  }

  @Test
  public void geluIsTheExactOne() {
    assertThat(Erf.gelu(1)).isCloseTo(0.8413447460685429, within(EXACT));
    assertThat(Erf.gelu(-1)).isCloseTo(-0.15865525393145707, within(EXACT));
    assertThat(Erf.gelu(0)).isZero();
  }

  @Test
  public void layerNormUsesTheVarianceOfAllValues() {
    LayerNorm norm = new LayerNorm(new double[] {1, 2, 1}, new double[] {0, 0, 5}, 0);

    double scale = Math.sqrt(3.0 / 2);
    assertThat(norm.apply(new double[] {1, 2, 3}))
        .containsExactly(new double[] {-scale, 0, 5 + scale}, within(EXACT));
    assertThat(new LayerNorm(new double[] {1, 1}, new double[2], 3).apply(new double[] {0, 2}))
        .containsExactly(new double[] {-0.5, 0.5}, within(EXACT));
  }

  @Test
  public void attentionIsASoftmaxOverKeysAndScoresAreItsColumnMeans() {
    double[][] queries = {{0}, {1}};
    double[][] keys = {{0}, {Math.log(3)}};

    double[][][] probabilities = Attention.probabilities(queries, keys, 1);

    assertThat(probabilities[0][0]).containsExactly(new double[] {0.5, 0.5}, within(EXACT));
    assertThat(probabilities[0][1]).containsExactly(new double[] {0.25, 0.75}, within(EXACT));
    assertThat(Attention.scores(probabilities))
        .containsExactly(new double[] {0.375, 0.625}, within(EXACT));
    assertThat(Attention.weightedValues(probabilities, new double[][] {{4}, {8}}))
        .isDeepEqualTo(new double[][] {{6}, {7}});
  }

  @Test
  public void headsOwnNeighbouringColumnsAndAreAveragedInTheScores() {
    double[][] queries = {{1, 1, 2, 0}};
    double[][] keys = {{0, 0, 0, 7}, {0, Math.sqrt(2) * Math.log(3), 0, 7}};

    double[][][] probabilities = Attention.probabilities(queries, keys, 2);

    assertThat(probabilities[0][0]).containsExactly(new double[] {0.25, 0.75}, within(EXACT));
    assertThat(probabilities[1][0]).containsExactly(new double[] {0.5, 0.5}, within(EXACT));
    assertThat(Attention.scores(probabilities))
        .containsExactly(new double[] {0.375, 0.625}, within(EXACT));
    assertThat(Attention.weightedValues(probabilities, new double[][] {{4, 0, 4, 0}, {8, 0, 8, 0}}))
        .hasDimensions(1, 4)
        .satisfies(
            sums -> assertThat(sums[0]).containsExactly(new double[] {7, 0, 6, 0}, within(EXACT)));
  }

  @Test
  public void fewerKeysMeanTheSameProbabilitiesRescaled() {
    double[][] x = new BertOracle(model(1)).embeddings(TinyBundles.document(1, 9));
    List<Integer> keys = List.of(0, 3, 4, 8);

    double[][][] all = Attention.probabilities(x, x, 2);
    double[][][] some = Attention.probabilities(x, Rows.pick(x, keys), 2);

    for (int head = 0; head < 2; head++) {
      for (int query = 0; query < x.length; query++) {
        double[] row = all[head][query];
        double sum = keys.stream().mapToDouble(key -> row[key]).sum();
        assertThat(some[head][query])
            .containsExactly(
                keys.stream().mapToDouble(key -> row[key] / sum).toArray(), within(EXACT));
      }
    }
  }

  @Test
  public void embeddingsAddPositionsAndTheFirstType() {
    Bundle model = model(2);
    Tensors tensors = new Tensors(model.weights());
    double[][] words =
        tensors.matrix(TensorNames.WORD_EMBEDDINGS, TinyBundles.VOCABULARY, TinyBundles.HIDDEN);
    double[][] positions =
        tensors.matrix(TensorNames.POSITION_EMBEDDINGS, TinyBundles.POSITIONS, TinyBundles.HIDDEN);
    double[] type = tensors.matrix(TensorNames.TYPE_EMBEDDINGS, 2, TinyBundles.HIDDEN)[0];
    LayerNorm norm = tensors.layerNorm(TensorNames.EMBEDDINGS_NORM, TinyBundles.HIDDEN, 1e-12);

    double[][] embeddings = new BertOracle(model).embeddings(7, 3, 7);

    double[] last = new double[TinyBundles.HIDDEN];
    for (int k = 0; k < last.length; k++) {
      last[k] = words[7][k] + positions[2][k] + type[k];
    }
    assertThat(embeddings).hasDimensions(3, TinyBundles.HIDDEN);
    assertThat(embeddings[2]).containsExactly(norm.apply(last), within(EXACT));
  }

  @Test
  public void layerAddsItsInputBeforeEachNormalisation() {
    String prefix = TensorNames.layer(0);
    Bundle model = model(3);
    for (String weight : List.of(".attention.output.dense", ".output.dense")) {
      int inputs = weight.startsWith(".att") ? TinyBundles.HIDDEN : TinyBundles.INNER;
      model =
          TinyBundles.with(
              model,
              TensorNames.weight(prefix + weight),
              FloatTensor.of(
                  new int[] {TinyBundles.HIDDEN, inputs}, new float[TinyBundles.HIDDEN * inputs]));
    }
    Tensors tensors = new Tensors(model.weights());
    int hidden = TinyBundles.HIDDEN;
    double[] x = {1, -2, 3, 0.5, 4, -1, 0, 2};

    double[] attended =
        tensors
            .layerNorm(prefix + ".attention.output.LayerNorm", hidden, 1e-12)
            .apply(
                Rows.add(
                    x,
                    tensors.vector(TensorNames.bias(prefix + ".attention.output.dense"), hidden)));
    double[] expected =
        tensors
            .layerNorm(prefix + ".output.LayerNorm", hidden, 1e-12)
            .apply(
                Rows.add(
                    attended, tensors.vector(TensorNames.bias(prefix + ".output.dense"), hidden)));

    assertThat(new BertOracle(model).layer(1, new double[][] {x})[0])
        .containsExactly(expected, within(EXACT));
  }

  @Test
  public void poolerIsADenseLayerAndTanhOnTheFirstToken() {
    Bundle model = TinyBundles.random(4, Pooling.CLS_POOLER, List.of("a", "b"));
    Linear pooler =
        new Tensors(model.weights())
            .linear(TensorNames.POOLER, TinyBundles.HIDDEN, TinyBundles.HIDDEN);
    BertOracle bert = new BertOracle(model);
    double[][] x = bert.encode(TinyBundles.document(4, 5));

    double[] dense = pooler.apply(x[0]);

    double[] pooled = bert.pool(x);
    for (int k = 0; k < pooled.length; k++) {
      assertThat(pooled[k]).isCloseTo(Math.tanh(dense[k]), within(EXACT));
    }
    assertThat(bert.classify(pooled)).hasSize(2);
  }

  @Test
  public void meanPoolingAveragesAllRows() {
    assertThat(new BertOracle(model(5)).pool(new double[][] {{1, 2}, {3, 6}}))
        .containsExactly(2, 4);
  }

  @Test
  public void modelWithoutLabelsHasNoLogits() {
    BertOracle bert = new BertOracle(TinyBundles.random(6, Pooling.MEAN, List.of()));

    assertThat(bert.classify(new double[TinyBundles.HIDDEN])).isEmpty();
  }

  @Test
  public void tensorOfAnotherShapeIsRejected() {
    Bundle model =
        TinyBundles.with(
            model(7), TensorNames.TYPE_EMBEDDINGS, FloatTensor.of(new int[] {1, 1}, 0f));

    assertThatThrownBy(() -> new BertOracle(model).embeddings(1))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(TensorNames.TYPE_EMBEDDINGS);
  }

  private static Bundle model(long seed) {
    return TinyBundles.random(seed, Pooling.MEAN, List.of("a", "b", "c"));
  }
}
