package io.github.ptcspark.inference;

import io.github.ptcspark.bundle.Precision;

/** How linear layers are computed: a precision on a kind of processor. */
enum Arithmetic {
  /** fp32 products, which are rounded by how many rows there are: one window a call. */
  FP32(1, 1),
  /** int8 with one scale for all tokens of a call (FBGEMM): one window a call. */
  INT8_BY_DOCUMENT(2, 1),
  /** int8 with a range a token (oneDNN, which needs VNNI). */
  INT8_BY_TOKEN(3, Arithmetic.CPU_TOKENS),
  /** bf16 products (oneDNN). */
  BF16(4, Arithmetic.CPU_TOKENS),
  /** fp16 throughout; on the processor for tests only. */
  FP16(0, 16_384);

  /** Where the products of a small encoder are near their best rate and still in the cache. */
  private static final int CPU_TOKENS = 512;

  private final int code;
  private final int tokensAtOnce;

  Arithmetic(int code, int tokensAtOnce) {
    this.code = code;
    this.tokensAtOnce = tokensAtOnce;
  }

  /** The arithmetic of a precision on a processor. */
  static Arithmetic of(Precision precision, Processor processor) {
    return switch (precision) {
      case FP32 -> FP32;
      case INT8 -> processor.multipliesBytes() ? INT8_BY_TOKEN : INT8_BY_DOCUMENT;
      case BF16 -> BF16;
      case FP16 -> FP16;
    };
  }

  /** What the program calls it. */
  int code() {
    return code;
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
