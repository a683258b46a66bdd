package io.github.ptcspark.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ptcspark.job.JobException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What a command and all processes below it took.
 *
 * @param exitCode of the command
 * @param cpuSeconds processor time, in user mode and in the system's
 * @param peakBytes the most memory that they held at once, shared pages counted once
 */
record Usage(int exitCode, double cpuSeconds, long peakBytes) {

  /**
   * Reads what measure.py wrote.
   *
   * @throws JobException if it cannot be read or lacks a figure
   */
  static Usage read(Path file) {
    try {
      return of(new ObjectMapper().readTree(file.toFile()));
    } catch (IOException | IllegalArgumentException e) {
      throw new JobException("Cannot read %s: %s".formatted(file, JobException.reason(e)), e);
    }
  }

  static Usage of(JsonNode json) {
    return new Usage(
        number(json, "exit_code").asInt(),
        number(json, "user_seconds").asDouble() + number(json, "system_seconds").asDouble(),
        number(json, "peak_bytes").asLong());
  }

  private static JsonNode number(JsonNode json, String name) {
    JsonNode value = json.path(name);
    if (!value.isNumber()) {
      throw new IllegalArgumentException("it has no number " + name);
    }
    return value;
  }
}
