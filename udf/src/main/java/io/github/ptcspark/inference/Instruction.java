package io.github.ptcspark.inference;

import java.util.Locale;

/** What only some processors have and an arithmetic may need. */
enum Instruction {
  /** Multiplies matrices of bf16 in tiles, many times as fast as fp32. */
  AMX_BF16("AMX"),
  /** Multiplies vectors of bf16. */
  AVX512_BF16("AVX-512 BF16"),
  /** Adds products of bytes in 32 bits, in vectors of 512 bits. */
  AVX512_VNNI("AVX-512 VNNI"),
  /** The same in vectors of 256 bits. */
  AVX_VNNI("AVX-VNNI");

  private final String title;

  Instruction(String title) {
    this.title = title;
  }

  /** What its makers call it. */
  String title() {
    return title;
  }

  /** What Linux calls it. */
  String flag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
