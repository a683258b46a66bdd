package io.github.ptcspark.oracle;

import io.github.ptcspark.pruning.methods.LinearCompression;
import java.util.ArrayList;
import java.util.List;

/** Linear compression: {@code t = P O e + b}. */
final class LinearCompressionOracle implements StepOracle {

  private final LinearCompression step;
  private final double[][] map;
  private final double[][] bias;

  /**
   * The step of a model.
   *
   * @param map P, {@code [m, parts]}
   * @param bias b, {@code [m, hidden]}
   */
  LinearCompressionOracle(LinearCompression step, double[][] map, double[][] bias) {
    this.step = step;
    this.map = Rows.copy(map);
    this.bias = Rows.copy(bias);
  }

  @Override
  public boolean replaces(int layer) {
    return layer == step.layer();
  }

  @Override
  public void replace(OracleDocument document) {
    double[][] words = document.x();
    double[][] weights = Rows.product(map, overlaps(map[0].length, words.length));
    List<Integer> groups = new ArrayList<>();
    for (int j = 0; j < words.length; j++) {
      groups.add(strongest(document.trace(), weights, j));
    }
    document.trace().combined(groups, map.length);
    document.trace().products().add(map.length, map[0].length, words.length);
    document.trace().products().add(map.length, words.length, words[0].length);
    double[][] tokens = Rows.product(weights, words);
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = Rows.add(tokens[i], bias[i]);
    }
    document.combine(tokens);
  }

  /** Of the interval from 0 to 1: what part c of some and token j of n have in common, in parts. */
  private static double[][] overlaps(int parts, int n) {
    double[][] overlaps = new double[parts][n];
    for (int c = 0; c < parts; c++) {
      for (int j = 0; j < n; j++) {
        double from = Math.max((double) c / parts, (double) j / n);
        double to = Math.min((c + 1.0) / parts, (j + 1.0) / n);
        overlaps[c][j] = parts * Math.max(0, to - from);
      }
    }
    return overlaps;
  }

  private static int strongest(OracleTrace trace, double[][] weights, int word) {
    int best = 0;
    for (int i = 1; i < weights.length; i++) {
      if (Math.abs(weights[i][word]) > Math.abs(weights[best][word])) {
        best = i;
      }
    }
    for (int i = 0; i < weights.length; i++) {
      if (i != best) {
        trace.decision(Math.abs(weights[best][word]) - Math.abs(weights[i][word]));
      }
    }
    return best;
  }
}
