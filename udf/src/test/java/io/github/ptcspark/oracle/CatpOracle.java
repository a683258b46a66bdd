package io.github.ptcspark.oracle;

import io.github.ptcspark.pruning.methods.Catp;
import io.github.ptcspark.pruning.methods.Ratio;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Votes that add up over the layers, of voters that count by their own votes. */
final class CatpOracle implements StepOracle {

  private final Ratio ranking;
  private final RatioOracle schedule;
  private final boolean combines;

  /** Votes for every position of the document. */
  private double[] votes = {};

  /**
   * The step of a model.
   *
   * @param layers of the encoder
   * @param combining the layer in which all word pieces are combined
   */
  CatpOracle(Catp step, int layers, Optional<Integer> combining) {
    this.ranking =
        new Ratio(
            step.keepRatio(),
            Ratio.Fuzzy.OFF,
            step.scope(),
            step.layers(),
            step.every(),
            step.minimumTokens());
    this.schedule = new RatioOracle(ranking, layers, combining);
    this.combines = combining.isPresent();
  }

  @Override
  public void begin(OracleDocument document) {
    votes = new double[document.length()];
  }

  @Override
  public void afterAttention(OracleDocument document, LayerAttention attention) {
    List<Integer> kept = document.kept();
    double[] weights = weights(document, attention.layer());
    double[][][] probabilities = attention.probabilities();
    double all = probabilities.length * Arrays.stream(weights).sum();
    double[] received = new double[kept.size()];
    for (double[][] head : probabilities) {
      for (int i = 0; i < weights.length; i++) {
        for (int j = 0; j < received.length; j++) {
          received[j] += weights[i] * head[i][j] / all;
        }
      }
    }
    for (int j = 0; j < received.length; j++) {
      votes[kept.get(j)] += received[j];
    }
    if (schedule.isFewerIn(attention.layer() + 1)) {
      double[] scores = kept.stream().mapToDouble(position -> votes[position]).toArray();
      TokenSelection selection = TokenSelection.of(ranking, kept, scores, document.length());
      document.trace().decision(selection.margin());
      document.keep(selection.kept(), ranking.scope());
    }
  }

  /** Of every row: the combination tokens vote if there are any, else the words. */
  private double[] weights(OracleDocument document, int layer) {
    int words = document.words().size();
    double[] weights = new double[words + document.carried()];
    for (int row = 0; row < weights.length; row++) {
      if (combines) {
        weights[row] = row < words ? 0 : 1;
      } else {
        weights[row] = layer == 1 ? 1 : votes[document.words().get(row)];
      }
    }
    return weights;
  }
}
