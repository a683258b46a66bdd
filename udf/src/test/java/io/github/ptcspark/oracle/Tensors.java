package io.github.ptcspark.oracle;

import io.github.ptcspark.bundle.TensorNames;
import io.github.ptcspark.bundle.Weights;
import java.nio.FloatBuffer;

/** The tensors of a bundle as arrays of doubles. */
final class Tensors {

  private final Weights weights;

  Tensors(Weights weights) {
    this.weights = weights;
  }

  /** A tensor {@code [size]}. */
  double[] vector(String name, int size) {
    return row(weights.require(name, size).values(), 0, size);
  }

  /** A tensor {@code [rows, columns]}. */
  double[][] matrix(String name, int rows, int columns) {
    FloatBuffer values = weights.require(name, rows, columns).values();
    double[][] matrix = new double[rows][];
    for (int i = 0; i < rows; i++) {
      matrix[i] = row(values, i, columns);
    }
    return matrix;
  }

  /** One row of a tensor {@code [rows, columns]}. */
  double[] row(String name, int rows, int columns, int index) {
    return row(weights.require(name, rows, columns).values(), index, columns);
  }

  /** The weight {@code [outputs, inputs]} and bias {@code [outputs]} under a prefix. */
  Linear linear(String prefix, int inputs, int outputs) {
    return new Linear(
        matrix(TensorNames.weight(prefix), outputs, inputs),
        vector(TensorNames.bias(prefix), outputs));
  }

  /** The weight and bias {@code [size]} of the layer normalisation under a prefix. */
  LayerNorm layerNorm(String prefix, int size, double eps) {
    return new LayerNorm(
        vector(TensorNames.weight(prefix), size), vector(TensorNames.bias(prefix), size), eps);
  }

  private static double[] row(FloatBuffer values, int index, int columns) {
    double[] row = new double[columns];
    for (int k = 0; k < columns; k++) {
      row[k] = values.get(index * columns + k);
    }
    return row;
  }
}
