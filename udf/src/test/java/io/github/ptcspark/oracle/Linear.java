package io.github.ptcspark.oracle;

/** A dense layer with weight {@code [outputs, inputs]} and bias {@code [outputs]}. */
final class Linear {

  private final double[][] weight;
  private final double[] bias;

  Linear(double[][] weight, double[] bias) {
    this.weight = weight;
    this.bias = bias;
  }

  /** {@code y_o = sum_i W_oi x_i + b_o} */
  double[] apply(double[] x) {
    double[] y = new double[weight.length];
    for (int o = 0; o < y.length; o++) {
      y[o] = Rows.dot(weight[o], x) + bias[o];
    }
    return y;
  }

  /** {@code Y = X W^T + b}: every row on its own. */
  double[][] apply(double[][] x) {
    double[][] y = new double[x.length][];
    for (int row = 0; row < x.length; row++) {
      y[row] = apply(x[row]);
    }
    return y;
  }
}
