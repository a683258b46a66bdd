package io.github.ptcspark.bundle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;

/**
 * The values of a 16-bit floating-point tensor as float32; every value is exact.
 *
 * @param halves the file, little-endian
 * @param start where the tensor begins in it
 * @param values how many there are
 */
record HalfFloats(FileContent halves, long start, int values, Widening widening)
    implements FileContent {

  /** What the 16 bits mean. */
  interface Widening {
    float apply(short bits);
  }

  @Override
  public long size() {
    return (long) Float.BYTES * values;
  }

  /** Reads whole values only. */
  @Override
  public void read(long position, ByteBuffer into) {
    ShortBuffer bits =
        halves
            .slice(start + position / 2, into.remaining() / 2)
            .order(ByteOrder.LITTLE_ENDIAN)
            .asShortBuffer();
    ByteOrder order = into.order();
    into.order(ByteOrder.LITTLE_ENDIAN);
    while (bits.hasRemaining()) {
      into.putFloat(widening.apply(bits.get()));
    }
    into.order(order);
  }

  /** bfloat16: the upper half of a float32. */
  static float bf16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** IEEE 754 binary16: 1 sign bit, 5 exponent bits with bias 15, 10 fraction bits. */
  static float f16(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int widened = exponent == 0x1f ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | (widened << 23) | (fraction << 13));
  }
}
