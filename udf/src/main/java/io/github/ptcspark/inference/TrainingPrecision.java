package io.github.ptcspark.inference;

import java.util.Locale;

/**
 * The arithmetic of the products of linear layers in training, forward and backward. Weights, what
 * the optimiser keeps of them, attention, normalisations and losses are in 32 bits in any.
 */
public enum TrainingPrecision {
  /** 32-bit floating point. */
  FP32,
  /** 16-bit floating point with the exponent of 32 bits; sums are in 32 bits. */
  BF16;

  /**
   * The faster one of a processor: bf16 where it has a unit for matrices in bf16 (AMX).
   *
   * <p>The vector instruction of AVX512_BF16 alone is no reason: it multiplies twice as many
   * numbers as that of fp32, but a core of an Intel Xeon begins a quarter as many of them.
   */
  public static TrainingPrecision of(Processor processor) {
    return processor.has(Instruction.AMX_BF16) ? BF16 : FP32;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
