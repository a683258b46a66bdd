package io.github.ptcspark.oracle;

import java.util.List;

/** Matrices as arrays of rows. */
final class Rows {

  private Rows() {}

  /** {@code sum_k x_k y_k} */
  static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int k = 0; k < x.length; k++) {
      sum += x[k] * y[k];
    }
    return sum;
  }

  /** {@code x . y / (|x| |y|)} */
  static double cosine(double[] x, double[] y) {
    return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
  }

  /** {@code x + y} */
  static double[] add(double[] x, double[] y) {
    double[] sum = new double[x.length];
    for (int k = 0; k < x.length; k++) {
      sum[k] = x[k] + y[k];
    }
    return sum;
  }

  /** {@code x + y}, row by row. */
  static double[][] add(double[][] x, double[][] y) {
    double[][] sum = new double[x.length][];
    for (int row = 0; row < x.length; row++) {
      sum[row] = add(x[row], y[row]);
    }
    return sum;
  }

  /** {@code x y} */
  static double[][] product(double[][] x, double[][] y) {
    double[][] product = new double[x.length][y[0].length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < y.length; j++) {
        for (int k = 0; k < y[j].length; k++) {
          product[i][k] += x[i][j] * y[j][k];
        }
      }
    }
    return product;
  }

  /** {@code (1/n) sum_i x_i}, the mean of the n rows. */
  static double[] mean(double[][] x) {
    double[] mean = new double[x[0].length];
    for (double[] row : x) {
      mean = add(mean, row);
    }
    for (int k = 0; k < mean.length; k++) {
      mean[k] /= x.length;
    }
    return mean;
  }

  /** {@code [x; y]}, the rows of x and below them those of y. */
  static double[][] concatenate(double[][] x, double[][] y) {
    double[][] all = new double[x.length + y.length][];
    System.arraycopy(x, 0, all, 0, x.length);
    System.arraycopy(y, 0, all, x.length, y.length);
    return all;
  }

  /** The rows of x at the given indices, in that order. */
  static double[][] pick(double[][] x, List<Integer> indices) {
    double[][] picked = new double[indices.size()][];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = x[indices.get(i)];
    }
    return picked;
  }

  /** The rows {@code from, ..., to - 1} of x. */
  static double[][] slice(double[][] x, int from, int to) {
    double[][] slice = new double[to - from][];
    System.arraycopy(x, from, slice, 0, slice.length);
    return slice;
  }

  /** Copies of the rows. */
  static double[][] copy(double[][] x) {
    double[][] copy = new double[x.length][];
    for (int row = 0; row < x.length; row++) {
      copy[row] = x[row].clone();
    }
    return copy;
  }
}
