package io.github.ptcspark.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ptcspark.job.JobException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Documents of a JSON Lines file, always the same ones. */
final class Documents {

  private Documents() {}

  /**
   * The first texts of a file.
   *
   * @throws JobException if it cannot be read or has none
   */
  static List<String> texts(Path file, int count) {
    ObjectMapper mapper = new ObjectMapper();
    List<String> texts = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      String line = lines.readLine();
      while (line != null && texts.size() < count) {
        JsonNode text = mapper.readTree(line).path("text");
        if (text.isTextual() && !text.asText().isBlank()) {
          texts.add(text.asText());
        }
        line = lines.readLine();
      }
    } catch (IOException e) {
      throw new JobException("Cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
    if (texts.isEmpty()) {
      throw new JobException("Cannot compare: %s has no line with a text".formatted(file));
    }
    return texts;
  }
}
