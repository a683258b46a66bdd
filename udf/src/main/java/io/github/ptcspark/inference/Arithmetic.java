package io.github.ptcspark.inference;

import io.github.ptcspark.bundle.Precision;
import java.util.Arrays;

/** How an exact precision is computed. The faster ones come first. */
enum Arithmetic {
  /** bf16 products (oneDNN); without AMX they are slower than those of bytes. */
  BF16(Precision.BF16, 4, Arithmetic.CPU_TOKENS, Feature.BF16_PRODUCTS, Feature.BF16_TILES),
  /** int8 with a range a token (oneDNN). */
  INT8_BY_TOKEN(
      Precision.INT8_BY_TOKEN,
      3,
      Arithmetic.CPU_TOKENS,
      Feature.BYTE_PRODUCTS,
      Feature.BYTE_PRODUCTS),
  /** int8 with one scale for all tokens of a call (FBGEMM): one window a call. */
  INT8_BY_DOCUMENT(Precision.INT8_BY_DOCUMENT, 2, 1, Feature.NONE, Feature.NONE),
  /** fp32 products, which are rounded by how many rows there are: one window a call. */
  FP32(Precision.FP32, 1, 1, Feature.NONE, Feature.NONE),
  /** fp16 throughout; on the processor for tests only. */
  FP16(Precision.FP16, 0, 16_384, Feature.NONE, Feature.NONE);

  /** Where the products of a small encoder are near their best rate and still in the cache. */
  private static final int CPU_TOKENS = 512;

  private final Precision precision;
  private final int code;
  private final int tokensAtOnce;
  private final Feature needs;
  private final Feature fastWith;

  /**
   * An arithmetic.
   *
   * @param needs what it cannot do without
   * @param fastWith with this it is faster than those after it
   */
  Arithmetic(Precision precision, int code, int tokensAtOnce, Feature needs, Feature fastWith) {
    this.precision = precision;
    this.code = code;
    this.tokensAtOnce = tokensAtOnce;
    this.needs = needs;
    this.fastWith = fastWith;
  }

  /** That of an exact precision. */
  static Arithmetic of(Precision precision) {
    return Arrays.stream(values())
        .filter(arithmetic -> arithmetic.precision == precision)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(precision + " is not exact"));
  }

  /** The precision that it computes. */
  Precision precision() {
    return precision;
  }

  /** What the program calls it. */
  int code() {
    return code;
  }

  /** What a processor must have to run it. */
  Feature needs() {
    return needs;
  }

  /** Whether it is the fastest of a processor that runs none of those before it fast. */
  boolean isFastOn(Processor processor) {
    return fastWith.isOf(processor);
  }

  /**
   * Windows go into one call as long as they have no more tokens together; 1 gives every window a
   * call of its own. On the processor they share one only where none changes a bit of another's
   * result.
   */
  int tokensAtOnce() {
    return tokensAtOnce;
  }
}
