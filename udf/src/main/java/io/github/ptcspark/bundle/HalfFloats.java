package io.github.ptcspark.bundle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;

/** Widens 16-bit floating-point tensors to float32; every value is exact. */
final class HalfFloats {

  private interface Widening {
    float apply(short bits);
  }

  private HalfFloats() {}

  /** IEEE 754 binary16: 1 sign bit, 5 exponent bits with bias 15, 10 fraction bits. */
  static FloatTensor widenF16(int[] shape, ByteBuffer bytes) {
    return widen(shape, bytes, HalfFloats::f16);
  }

  /** bfloat16: the upper half of a float32. */
  static FloatTensor widenBf16(int[] shape, ByteBuffer bytes) {
    return widen(shape, bytes, bits -> Float.intBitsToFloat(bits << 16));
  }

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

  private static FloatTensor widen(int[] shape, ByteBuffer bytes, Widening widening) {
    ShortBuffer halves = bytes.order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    float[] values = new float[halves.remaining()];
    for (int i = 0; i < values.length; i++) {
      values[i] = widening.apply(halves.get(i));
    }
    return FloatTensor.of(shape, values);
  }
}
