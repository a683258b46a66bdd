package io.github.ptcspark.bundle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A dense float32 tensor in row-major order. Its bytes are little-endian and never change; they may
 * lie in a file, and are read from there each time.
 */
public final class FloatTensor {

  private static final int BLOCK_VALUES = 1 << 14;
  private static final int NONE = -1;
  private static final int UNKNOWN = -2;

  private final int[] shape;
  private final int size;
  private final FileContent content;
  private final long start;

  /** Looked for once. */
  private volatile int firstNotFinite = UNKNOWN;

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
    this.size = bytes.remaining() / Float.BYTES;
    this.content = new BytesInMemory(bytes.slice().asReadOnlyBuffer());
    this.start = 0;
  }

  /** A tensor whose values lie in a file from a position on. */
  FloatTensor(int[] shape, FileContent content, long start) {
    this.shape = shape.clone();
    this.size = Math.toIntExact(elements(shape));
    this.content = content;
    this.start = start;
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
    return size;
  }

  /** The little-endian bytes, read-only; a copy if they lie in a file. */
  public ByteBuffer bytes() {
    return content
        .slice(start, Float.BYTES * size)
        .asReadOnlyBuffer()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The values, read-only; a copy if they lie in a file. */
  public FloatBuffer values() {
    return bytes().asFloatBuffer();
  }

  /** The first row of a matrix. */
  public FloatTensor firstRow() {
    return new FloatTensor(new int[] {shape[1]}, content, start);
  }

  /** Reads bytes from a position on until the buffer is full. */
  public void read(int position, ByteBuffer into) {
    content.read(start + position, into);
  }

  /** Hands the bytes on, in order and by blocks, each of which is valid for the call alone. */
  public void forEachBlock(Consumer<ByteBuffer> user) {
    ByteBuffer block =
        ByteBuffer.allocate(Float.BYTES * Math.min(BLOCK_VALUES, size))
            .order(ByteOrder.LITTLE_ENDIAN);
    int first = 0;
    while (first < size) {
      block.clear().limit(Float.BYTES * Math.min(BLOCK_VALUES, size - first));
      read(Float.BYTES * first, block);
      block.flip();
      first += block.remaining() / Float.BYTES;
      user.accept(block);
    }
  }

  /** The first element that is not finite, or a negative number. */
  int firstNotFinite() {
    if (firstNotFinite == UNKNOWN) {
      firstNotFinite = findNotFinite();
    }
    return firstNotFinite;
  }

  /** A copy of the values. */
  public float[] toArray() {
    float[] copy = new float[size()];
    values().get(copy);
    return copy;
  }

  /** Reads by blocks: a buffer's single reads take several times as long. */
  private int findNotFinite() {
    float[] values = new float[Math.min(BLOCK_VALUES, size)];
    int[] found = {NONE, 0}; // where, and the values before the block
    forEachBlock(
        block -> {
          int length = block.remaining() / Float.BYTES;
          block.asFloatBuffer().get(values, 0, length);
          int index = found[0] == NONE ? firstNotFinite(values, length) : length;
          if (index < length) {
            found[0] = found[1] + index;
          }
          found[1] += length;
        });
    return found[0];
  }

  private static int firstNotFinite(float[] values, int length) {
    for (int i = 0; i < length; i++) {
      if (!Float.isFinite(values[i])) {
        return i;
      }
    }
    return length;
  }

  private static long elements(int[] shape) {
    long product = 1;
    for (int size : shape) {
      product *= size;
    }
    return product;
  }
}
