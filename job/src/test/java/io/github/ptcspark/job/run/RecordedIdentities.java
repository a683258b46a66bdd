package io.github.ptcspark.job.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** What an output has recorded of its runs, as another version would have. */
final class RecordedIdentities {

  private RecordedIdentities() {}

  /**
   * Changes every identity that an output has recorded.
   *
   * @param change says whether it did something
   * @return how often it did
   */
  static int change(Path output, Predicate<ObjectNode> change) throws IOException {
    List<Path> states;
    try (Stream<Path> all = Files.walk(output.resolve("_ptc"))) {
      states = all.filter(file -> file.getFileName().toString().startsWith("state-")).toList();
    }
    assertThat(states).isNotEmpty();
    ObjectMapper json = new ObjectMapper();
    int changed = 0;
    for (Path file : states) {
      JsonNode state;
      try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
        state = json.readTree(in);
      }
      for (JsonNode identity : state.findValues("identity")) {
        changed += change.test((ObjectNode) identity) ? 1 : 0;
      }
      Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
        out.write(json.writeValueAsBytes(state));
      }
    }
    return changed;
  }
}
