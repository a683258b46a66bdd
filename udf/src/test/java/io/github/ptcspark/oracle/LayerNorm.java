package io.github.ptcspark.oracle;

/** Layer normalisation with weight and bias {@code [size]}. */
final class LayerNorm {

  private final double[] weight;
  private final double[] bias;
  private final double eps;

  LayerNorm(double[] weight, double[] bias, double eps) {
    this.weight = weight;
    this.bias = bias;
    this.eps = eps;
  }

  /**
   * {@code y_k = w_k (x_k - mean) / sqrt(variance + eps) + b_k}, where {@code variance = (1/d)
   * sum_k (x_k - mean)^2}
   */
  double[] apply(double[] x) {
    double mean = 0;
    for (double value : x) {
      mean += value / x.length;
    }
    double variance = 0;
    for (double value : x) {
      variance += (value - mean) * (value - mean) / x.length;
    }
    double[] y = new double[x.length];
    for (int k = 0; k < x.length; k++) {
      y[k] = weight[k] * (x[k] - mean) / Math.sqrt(variance + eps) + bias[k];
    }
    return y;
  }

  /** Every row on its own. */
  double[][] apply(double[][] x) {
    double[][] y = new double[x.length][];
    for (int row = 0; row < x.length; row++) {
      y[row] = apply(x[row]);
    }
    return y;
  }
}
