package io.github.ptcspark.job.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Small JSON files that appear whole or not at all. */
final class JsonFiles {

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private JsonFiles() {}

  /** A value as a tree, equal to the one that is read back from a file. */
  static JsonNode tree(Object value) {
    try {
      return MAPPER.readTree(text(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot read JSON", e);
    }
  }

  /** A value as text. */
  static String text(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write JSON", e);
    }
  }

  static <T> T read(FileSystem files, Path file, Class<T> type) throws IOException {
    try (InputStream in = files.open(file)) {
      return MAPPER.readValue(in, type);
    }
  }

  /** Writes a file under another name and gives it its own; one that is there is replaced. */
  static void write(FileSystem files, Path file, Object value) throws IOException {
    Path unfinished = new Path(file.getParent(), "." + file.getName() + ".unfinished");
    try (OutputStream out = files.create(unfinished, true)) {
      out.write(text(value).getBytes(StandardCharsets.UTF_8));
    }
    files.delete(file, false);
    if (!files.rename(unfinished, file)) {
      throw new IOException("it cannot be renamed from " + unfinished);
    }
  }
}
