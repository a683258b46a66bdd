package io.github.ptcspark.inference;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
public record Processor(String name, Set<String> flags) implements Serializable {

  private static final Path LIST = Path.of("/proc/cpuinfo");

  /** Copies the set. */
  public Processor {
    flags = Set.copyOf(flags);
  }

  /** That of this machine. */
  public static Processor current() {
    return Current.PROCESSOR;
  }

  /** The name, and what it has of that some precision needs. */
  public String text() {
    List<String> titles =
        Arrays.stream(Instruction.values()).filter(this::has).map(Instruction::title).toList();
    return titles.isEmpty() ? name : "%s (%s)".formatted(name, String.join(", ", titles));
  }

  /** Whether it has an instruction. */
  boolean has(Instruction instruction) {
    return flags.contains(instruction.flag());
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

  /** Read once: tasks ask again and again. */
  private static final class Current {
    private static final Processor PROCESSOR = read(LIST);
  }
}
