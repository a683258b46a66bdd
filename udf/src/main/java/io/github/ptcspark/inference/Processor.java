package io.github.ptcspark.inference;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The processor of a machine.
 *
 * @param name as the system names it
 * @param flags the features that the system lists, such as {@code avx512_bf16}; none where it lists
 *     none
 */
public record Processor(String name, Set<String> flags) {

  private static final Path LIST = Path.of("/proc/cpuinfo");

  /** Copies the set. */
  public Processor {
    flags = Set.copyOf(flags);
  }

  /** That of this machine. */
  public static Processor current() {
    return read(LIST);
  }

  /** Whether it adds products of bytes in 32 bits (VNNI, of AVX-512 or of AVX). */
  public boolean multipliesBytes() {
    return flags.contains("avx512_vnni") || flags.contains("avx_vnni");
  }

  /** Whether it multiplies numbers in bf16 (AMX or AVX-512). */
  public boolean multipliesBf16() {
    return multipliesBf16Tiles() || flags.contains("avx512_bf16");
  }

  /** Whether it multiplies matrices of bf16 in tiles (AMX), many times as fast as fp32. */
  public boolean multipliesBf16Tiles() {
    return flags.contains("amx_bf16");
  }

  /** The first one in a file such as Linux has. */
  static Processor read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      lines = List.of();
    }
    return new Processor(
        value(lines, "model name").orElse(System.getProperty("os.arch")),
        value(lines, "flags").map(flags -> Set.of(flags.split(" +"))).orElse(Set.of()));
  }

  private static Optional<String> value(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .filter(value -> !value.isEmpty())
        .findFirst();
  }
}
