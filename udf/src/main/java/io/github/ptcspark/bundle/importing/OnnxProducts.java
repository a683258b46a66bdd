package io.github.ptcspark.bundle.importing;

import java.util.Arrays;

/** The matrix products of ONNX. */
final class OnnxProducts {

  private final OnnxWork work;

  OnnxProducts(OnnxWork work) {
    this.work = work;
  }

  /**
   * {@code [..., rows, inner] x [..., inner, columns]}, the axes before stretched to each other.
   */
  OnnxArray product(OnnxArray a, OnnxArray b) {
    if (a.rank() < 2 || b.rank() < 2) {
      throw new IllegalArgumentException("an input is no matrix");
    }
    int rows = a.shape()[a.rank() - 2];
    int inner = a.shape()[a.rank() - 1];
    int columns = b.shape()[b.rank() - 1];
    if (b.shape()[b.rank() - 2] != inner) {
      throw new IllegalArgumentException(
          "shapes %s and %s do not fit each other"
              .formatted(Arrays.toString(a.shape()), Arrays.toString(b.shape())));
    }
    int[] left = Arrays.copyOf(a.shape(), a.rank() - 2);
    int[] right = Arrays.copyOf(b.shape(), b.rank() - 2);
    int[] batch = OnnxArithmetic.broadcast(left, right);
    int[] shape = Arrays.copyOf(batch, batch.length + 2);
    shape[batch.length] = rows;
    shape[batch.length + 1] = columns;
    OnnxArray result = work.zeros(OnnxArray.Type.FLOAT, shape);
    int batches = OnnxArray.product(batch, 0, batch.length);
    work.multiply((long) batches * rows, inner, columns);
    int[] leftSteps = OnnxArithmetic.steps(left, batch);
    int[] rightSteps = OnnxArithmetic.steps(right, batch);
    for (int index = 0; index < batches; index++) {
      int leftBlock = 0;
      int rightBlock = 0;
      int rest = index;
      for (int i = batch.length - 1; i >= 0; i--) {
        leftBlock += rest % batch[i] * leftSteps[i];
        rightBlock += rest % batch[i] * rightSteps[i];
        rest /= batch[i];
      }
      for (int row = 0; row < rows; row++) {
        addRow(
            a.floats(),
            (leftBlock * rows + row) * inner,
            b.floats(),
            rightBlock * inner * columns,
            result.floats(),
            (index * rows + row) * columns,
            inner,
            columns);
      }
    }
    return result;
  }

  /** {@code alpha A B + beta C}, A and B transposed where it says so. */
  OnnxArray gemm(OnnxArray a, OnnxArray b, OnnxArray c, float alpha, float beta) {
    OnnxArithmetic arithmetic = new OnnxArithmetic(work);
    OnnxArray product = arithmetic.map(product(a, b), x -> alpha * x);
    return c == null ? product : arithmetic.add(product, arithmetic.map(c, x -> beta * x));
  }

  private static void addRow(
      float[] a, int rowA, float[] b, int startB, float[] to, int rowTo, int inner, int columns) {
    for (int k = 0; k < inner; k++) {
      float factor = a[rowA + k];
      int rowB = startB + k * columns;
      for (int column = 0; column < columns; column++) {
        to[rowTo + column] += factor * b[rowB + column];
      }
    }
  }
}
