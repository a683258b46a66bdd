package io.github.ptcspark.bundle.importing;

import java.util.Arrays;

/** A value inside an ONNX graph, dense and in row-major order. Its content is not copied. */
final class OnnxArray {

  /** What the elements are; integers of all widths are one type. */
  enum Type {
    FLOAT,
    INTEGER,
    BOOLEAN
  }

  private final Type type;
  private final int[] shape;
  private final float[] floats;
  private final long[] integers;

  private OnnxArray(Type type, int[] shape, float[] floats, long[] integers) {
    this.type = type;
    this.shape = shape.clone();
    this.floats = floats;
    this.integers = integers;
  }

  /** Floats; as many as the shape says. */
  static OnnxArray floats(int[] shape, float[] values) {
    requireSize(shape, values.length);
    return new OnnxArray(Type.FLOAT, shape, values, null);
  }

  /** Integers; as many as the shape says. */
  static OnnxArray integers(int[] shape, long... values) {
    requireSize(shape, values.length);
    return new OnnxArray(Type.INTEGER, shape, null, values);
  }

  /** Truth values, 0 or 1; as many as the shape says. */
  static OnnxArray booleans(int[] shape, long... values) {
    requireSize(shape, values.length);
    return new OnnxArray(Type.BOOLEAN, shape, null, values);
  }

  /** The same elements in another shape. */
  OnnxArray reshaped(int... to) {
    requireSize(to, size());
    return new OnnxArray(type, to, floats, integers);
  }

  Type type() {
    return type;
  }

  boolean isFloat() {
    return type == Type.FLOAT;
  }

  /** Sizes, outermost first; empty for a scalar. */
  int[] shape() {
    return shape.clone();
  }

  int rank() {
    return shape.length;
  }

  int size() {
    return isFloat() ? floats.length : integers.length;
  }

  /** The elements of an array of floats. */
  float[] floats() {
    if (!isFloat()) {
      throw new IllegalArgumentException("an input holds no floats");
    }
    return floats;
  }

  /** The elements of an array of integers or truth values. */
  long[] integers() {
    if (isFloat()) {
      throw new IllegalArgumentException("an input holds floats where integers belong");
    }
    return integers;
  }

  /** The array in which {@link System#arraycopy} finds the elements. */
  Object elements() {
    return isFloat() ? floats : integers;
  }

  /** The elements as sizes or positions, such as the shape for a Reshape. */
  int[] ints() {
    return Arrays.stream(integers()).mapToInt(OnnxArray::clamp).toArray();
  }

  /** The one integer of an array of one element. */
  long single() {
    if (size() != 1) {
      throw new IllegalArgumentException("an input has shape " + Arrays.toString(shape));
    }
    return integers()[0];
  }

  /** An axis counted from the front, of those counted from either end. */
  static int axis(long axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw new IllegalArgumentException("axis %s of %s".formatted(axis, rank));
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /** Elements of a shape, of the axes from one to before another. */
  static int product(int[] shape, int from, int to) {
    int product = 1;
    for (int i = from; i < to; i++) {
      product = Math.multiplyExact(product, shape[i]);
    }
    return product;
  }

  /** The largest integers stand for "to the end"; Java has no arrays that they could overrun. */
  private static int clamp(long value) {
    return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
  }

  private static void requireSize(int[] shape, int size) {
    if (Arrays.stream(shape).anyMatch(length -> length < 0)
        || product(shape, 0, shape.length) != size) {
      throw new IllegalArgumentException(
          "%s elements have no shape %s".formatted(size, Arrays.toString(shape)));
    }
  }
}
