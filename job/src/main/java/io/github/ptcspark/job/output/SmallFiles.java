package io.github.ptcspark.job.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Small files of JSON, compressed where their names end with {@code .gz}. A process may die while
 * it writes one: such a file is there and does not parse, which readers take for a file that was
 * never written.
 */
public final class SmallFiles {

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private SmallFiles() {}

  /** A value as a tree, equal to the one that is read back from a file. */
  public static JsonNode tree(Object value) {
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

  /**
   * What a file says; nothing if whoever wrote it did not come to its end.
   *
   * @throws java.io.FileNotFoundException if there is no such file
   * @throws IOException if it cannot be read, which says nothing of what it holds
   */
  public static <T> Optional<T> read(FileSystem files, Path file, Class<T> type)
      throws IOException {
    byte[] content;
    try (InputStream in = files.open(file)) {
      content = in.readAllBytes();
    } catch (ChecksumException e) {
      return Optional.empty();
    } catch (FileNotFoundException e) {
      throw e;
    } catch (IOException e) {
      // HDFS opens no file whose writer died before its first block ended.
      if (files.getFileStatus(file).getLen() == 0) {
        return Optional.empty();
      }
      throw e;
    }
    try {
      return Optional.of(MAPPER.readValue(isCompressed(file) ? expand(content) : content, type));
    } catch (IOException e) { // It is in memory: what fails is its content.
      return Optional.empty();
    }
  }

  /** Writes a file in one go; one that is there is replaced. */
  public static void write(FileSystem files, Path file, Object value) throws IOException {
    byte[] text = text(value).getBytes(StandardCharsets.UTF_8);
    byte[] content = isCompressed(file) ? compress(text) : text;
    try (OutputStream out = files.create(file, true)) {
      out.write(content);
    }
  }

  /** Writes a file that others watch under another name and gives it its own. */
  public static void replace(FileSystem files, Path file, String text) throws IOException {
    Path unfinished = new Path(file.getParent(), "." + file.getName() + ".unfinished");
    try (OutputStream out = files.create(unfinished, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    files.delete(file, false);
    if (!files.rename(unfinished, file)) {
      throw new IOException("%s cannot be renamed to %s".formatted(unfinished, file));
    }
  }

  private static boolean isCompressed(Path file) {
    return file.getName().endsWith(".gz");
  }

  private static byte[] compress(byte[] text) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(content)) {
      out.write(text);
    }
    return content.toByteArray();
  }

  private static byte[] expand(byte[] content) throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(content))) {
      return in.readAllBytes();
    }
  }
}
