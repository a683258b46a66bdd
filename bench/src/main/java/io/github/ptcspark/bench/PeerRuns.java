package io.github.ptcspark.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.ptcspark.job.JobException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What runs took, kept in a file, so that a comparison that was stopped goes on where it ended. Its
 * first line says what was compared; a comparison of something else begins anew.
 */
final class PeerRuns {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path file;
  private final String comparison;
  private final Map<Key, Usage> usages = new LinkedHashMap<>();

  /**
   * One run.
   *
   * @param corpus its name
   * @param variant its name
   * @param documents how many it encoded
   * @param round when, from 0
   */
  record Key(String corpus, String variant, int documents, int round) {}

  private PeerRuns(Path file, String comparison) {
    this.file = file;
    this.comparison = comparison;
  }

  /**
   * The runs of a comparison so far.
   *
   * @param comparison what is compared, in one line
   * @throws JobException if the file cannot be read or written
   */
  static PeerRuns of(Path file, String comparison) {
    PeerRuns runs = new PeerRuns(file, comparison);
    try {
      if (!Files.exists(file) || !runs.read()) {
        Files.writeString(file, runs.first());
      }
    } catch (IOException e) {
      throw new JobException("Cannot read %s: %s".formatted(file, JobException.reason(e)), e);
    }
    return runs;
  }

  /** What a run took, if it has been. */
  Optional<Usage> find(Key key) {
    return Optional.ofNullable(usages.get(key));
  }

  /**
   * Keeps what a run took.
   *
   * @throws JobException if the file cannot be written
   */
  void add(Key key, Usage usage) {
    usages.put(key, usage);
    write(line(key, usage), StandardOpenOption.APPEND);
  }

  /**
   * Drops the runs of some variants.
   *
   * @param variants which, by name
   * @throws JobException if the file cannot be written
   */
  void forget(Predicate<String> variants) {
    usages.keySet().removeIf(key -> variants.test(key.variant()));
    StringBuilder lines = new StringBuilder(first());
    usages.forEach((key, usage) -> lines.append(line(key, usage)));
    write(lines.toString(), StandardOpenOption.TRUNCATE_EXISTING);
  }

  private String first() {
    return TextNode.valueOf(comparison) + "\n";
  }

  private static String line(Key key, Usage usage) {
    ObjectNode line = MAPPER.createObjectNode();
    line.put("corpus", key.corpus()).put("variant", key.variant());
    line.put("documents", key.documents()).put("round", key.round());
    line.put("exit_code", usage.exitCode()).put("user_seconds", usage.cpuSeconds());
    line.put("system_seconds", 0).put("peak_bytes", usage.peakBytes());
    return line + "\n";
  }

  private void write(String lines, StandardOpenOption option) {
    try {
      Files.writeString(file, lines, StandardOpenOption.CREATE, option);
    } catch (IOException e) {
      throw new JobException("Cannot write %s: %s".formatted(file, JobException.reason(e)), e);
    }
  }

  /** Reads runs of the same comparison, or none if the file is of another. */
  private boolean read() throws IOException {
    boolean first = true;
    for (String line : Files.readAllLines(file)) {
      JsonNode json = MAPPER.readTree(line);
      if (first) {
        if (!json.asText().equals(comparison)) {
          return false;
        }
        first = false;
      } else {
        usages.put(
            new Key(
                json.path("corpus").asText(),
                json.path("variant").asText(),
                json.path("documents").asInt(),
                json.path("round").asInt()),
            Usage.of(json));
      }
    }
    return !first;
  }
}
