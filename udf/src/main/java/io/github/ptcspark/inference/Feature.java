package io.github.ptcspark.inference;

import java.util.List;
import java.util.stream.Collectors;

/** What an arithmetic may need of a processor: one of some instructions. */
enum Feature {
  /** Nothing. */
  NONE,
  /** It adds products of bytes in 32 bits. */
  BYTE_PRODUCTS,
  /** It multiplies numbers in bf16. */
  BF16_PRODUCTS,
  /** It multiplies matrices of bf16 in tiles, many times as fast as fp32. */
  BF16_TILES;

  /** Whether a processor has it. */
  boolean isOf(Processor processor) {
    return this == NONE || instructions().stream().anyMatch(processor::has);
  }

  /** The instructions, such as "AMX or AVX-512 BF16". */
  String text(String conjunction) {
    return instructions().stream()
        .map(Instruction::title)
        .collect(Collectors.joining(" %s ".formatted(conjunction)));
  }

  private List<Instruction> instructions() {
    return switch (this) {
      case NONE -> List.of();
      case BYTE_PRODUCTS -> List.of(Instruction.AVX512_VNNI, Instruction.AVX_VNNI);
      case BF16_PRODUCTS -> List.of(Instruction.AMX_BF16, Instruction.AVX512_BF16);
      case BF16_TILES -> List.of(Instruction.AMX_BF16);
    };
  }
}
