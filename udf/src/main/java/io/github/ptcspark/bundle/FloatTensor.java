package io.github.ptcspark.bundle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** A dense float32 tensor in row-major order. Its bytes are little-endian and never change. */
public final class FloatTensor {

  private final int[] shape;
  private final ByteBuffer bytes;

  /**
   * A tensor over existing bytes, which are not copied.
   *
   * @param shape sizes, outermost first; empty for a scalar
   * @param bytes exactly four bytes an element between position and limit
   */
  public FloatTensor(int[] shape, ByteBuffer bytes) {
    if (bytes.remaining() != 4 * elements(shape)) {
      throw new IllegalArgumentException(
          "Invalid tensor: shape %s with %s bytes"
              .formatted(Arrays.toString(shape), bytes.remaining()));
    }
    this.shape = shape.clone();
    this.bytes = bytes.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A tensor with a copy of the given values. */
  public static FloatTensor of(int[] shape, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new FloatTensor(shape, bytes);
  }

  /** Sizes, outermost first. */
  public int[] shape() {
    return shape.clone();
  }

  /** The number of values. */
  public int size() {
    return bytes.remaining() / 4;
  }

  /** A read-only view of the little-endian bytes. */
  public ByteBuffer bytes() {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A read-only view of the values. */
  public FloatBuffer values() {
    return bytes().asFloatBuffer();
  }

  /** A copy of the values. */
  public float[] toArray() {
    float[] copy = new float[size()];
    values().get(copy);
    return copy;
  }

  private static long elements(int[] shape) {
    long product = 1;
    for (int size : shape) {
      product *= size;
    }
    return product;
  }
}
