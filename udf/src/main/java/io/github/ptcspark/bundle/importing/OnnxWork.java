package io.github.ptcspark.bundle.importing;

import java.util.Arrays;

/**
 * Bounds what a graph from a stranger may cost: a few nodes can ask for any amount of memory and
 * time. Throws {@link IllegalArgumentException} before the memory is taken.
 */
final class OnnxWork {

  private long elements;
  private long products;

  /**
   * An allowance.
   *
   * @param elements how many elements all values together may have
   * @param products how many multiplications all matrix products together may take
   */
  OnnxWork(long elements, long products) {
    this.elements = elements;
    this.products = products;
  }

  /** A new array of zeros. */
  OnnxArray zeros(OnnxArray.Type type, int... shape) {
    int size = take(shape);
    return switch (type) {
      case FLOAT -> OnnxArray.floats(shape, new float[size]);
      case INTEGER -> OnnxArray.integers(shape, new long[size]);
      case BOOLEAN -> OnnxArray.booleans(shape, new long[size]);
    };
  }

  /** Accounts for an array of this shape and returns its number of elements. */
  int take(int... shape) {
    long size = 1;
    for (int length : shape) {
      if (length < 0) {
        throw new IllegalArgumentException("a value has shape " + Arrays.toString(shape));
      }
      // At most 2^31 times 2^31, for the product is bounded in every step.
      size = Math.min(size * length, Integer.MAX_VALUE);
    }
    elements -= size;
    if (elements < 0) {
      throw excessive();
    }
    return (int) size;
  }

  /** Accounts for matrix products. */
  void multiply(long rows, long inner, long columns) {
    double count = (double) rows * inner * columns;
    if (count > products) {
      throw excessive();
    }
    products -= (long) count;
  }

  private static IllegalArgumentException excessive() {
    return new IllegalArgumentException("it takes many times the work of a BERT of its size");
  }
}
