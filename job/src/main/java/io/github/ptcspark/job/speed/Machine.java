package io.github.ptcspark.job.speed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where a measurement was made.
 *
 * @param processor as the system names it
 * @param cores that this program may use
 */
public record Machine(String processor, int cores) {

  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  /** This machine. */
  public static Machine current() {
    return new Machine(processorName(), Runtime.getRuntime().availableProcessors());
  }

  @Override
  public String toString() {
    return "%s, %s %s".formatted(processor, cores, cores == 1 ? "core" : "cores");
  }

  private static String processorName() {
    if (Files.isReadable(PROCESSORS)) {
      try (Stream<String> lines = Files.lines(PROCESSORS)) {
        return lines
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch"));
      } catch (IOException e) {
        return System.getProperty("os.arch");
      }
    }
    return System.getProperty("os.arch");
  }
}
