package io.github.ptcspark.oracle;

import java.util.Arrays;

/** Multi-head attention of {@code queries} rows over {@code keys} rows. */
final class Attention {

  private Attention() {}

  /**
   * {@code A^h = softmax(Q^h (K^h)^T / sqrt(d))}.
   *
   * @return {@code [heads, queries, keys]}; every row sums to 1
   */
  static double[][][] probabilities(double[][] queries, double[][] keys, int heads) {
    double[] ones = new double[keys.length];
    Arrays.fill(ones, 1);
    return probabilities(queries, keys, ones, heads);
  }

  /**
   * {@code A^h = softmax(Q^h (K^h)^T / sqrt(d) + log s)}, where head h owns the columns {@code h d,
   * ..., (h + 1) d - 1}.
   *
   * @return {@code [heads, queries, keys]}; every row sums to 1
   */
  static double[][][] probabilities(
      double[][] queries, double[][] keys, double[] sizes, int heads) {
    int d = queries[0].length / heads;
    double[][][] probabilities = new double[heads][queries.length][];
    for (int h = 0; h < heads; h++) {
      for (int i = 0; i < queries.length; i++) {
        double[] logits = new double[keys.length];
        for (int j = 0; j < keys.length; j++) {
          for (int k = h * d; k < (h + 1) * d; k++) {
            logits[j] += queries[i][k] * keys[j][k];
          }
          logits[j] = logits[j] / Math.sqrt(d) + Math.log(sizes[j]);
        }
        probabilities[h][i] = softmax(logits);
      }
    }
    return probabilities;
  }

  /**
   * {@code y^h_i = sum_j A^h_ij v^h_j}, the heads side by side.
   *
   * @return {@code [queries, hidden]}
   */
  static double[][] weightedValues(double[][][] probabilities, double[][] values) {
    int heads = probabilities.length;
    int hidden = values[0].length;
    int d = hidden / heads;
    double[][] sums = new double[probabilities[0].length][hidden];
    for (int i = 0; i < sums.length; i++) {
      for (int j = 0; j < values.length; j++) {
        for (int k = 0; k < hidden; k++) {
          sums[i][k] += probabilities[k / d][i][j] * values[j][k];
        }
      }
    }
    return sums;
  }

  /**
   * Equation 4, averaged over the heads: {@code S_j = (1/H) sum_h (1/n) sum_i A^h_ij}, where i runs
   * over all n query rows, word pieces and combination tokens alike.
   *
   * @return a score for every key
   */
  static double[] scores(double[][][] probabilities) {
    int heads = probabilities.length;
    int queries = probabilities[0].length;
    double[] scores = new double[probabilities[0][0].length];
    for (int j = 0; j < scores.length; j++) {
      for (int h = 0; h < heads; h++) {
        for (int i = 0; i < queries; i++) {
          scores[j] += probabilities[h][i][j];
        }
      }
      scores[j] /= (double) heads * queries;
    }
    return scores;
  }

  /** {@code softmax(x)_j = exp(x_j - max) / sum_k exp(x_k - max)} */
  static double[] softmax(double[] x) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : x) {
      max = Math.max(max, value);
    }
    double sum = 0;
    for (double value : x) {
      sum += Math.exp(value - max);
    }
    double[] probabilities = new double[x.length];
    for (int j = 0; j < x.length; j++) {
      probabilities[j] = Math.exp(x[j] - max) / sum;
    }
    return probabilities;
  }
}
