package io.github.ptcspark.job.corpus;

import io.github.ptcspark.spark.DocumentSchema;
import io.github.ptcspark.testing.SparkTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.Rule;
import org.junit.rules.TemporaryFolder;

/** Files to read, and what is read from them. */
abstract class CorpusTestBase extends SparkTest {

  @Rule public TemporaryFolder folder = new TemporaryFolder();

  /** A document as tests compare it; the id of a made id is without the directory. */
  record Document(String id, String text, String error) {}

  final String write(String name, String content) {
    return write(name, content.getBytes(StandardCharsets.UTF_8));
  }

  final String write(String name, byte[] content) {
    try {
      Path path = path(name);
      Files.createDirectories(path.getParent());
      return Files.write(path, content).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  final Path path(String name) {
    return folder.getRoot().toPath().resolve(name);
  }

  static byte[] gzip(String content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream stream = new GZIPOutputStream(bytes)) {
      stream.write(content.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static CorpusOptions options(String input) {
    return CorpusOptions.of(input);
  }

  static CorpusOptions as(String format, String... inputs) {
    return new CorpusOptions(
        List.of(inputs), Optional.of(format), Optional.empty(), Optional.empty(), List.of());
  }

  static CorpusOptions withId(String input, String id, String... kept) {
    return new CorpusOptions(
        List.of(input), Optional.empty(), Optional.of(id), Optional.empty(), List.of(kept));
  }

  static CorpusOptions keeping(String input, String... kept) {
    return new CorpusOptions(
        List.of(input), Optional.empty(), Optional.empty(), Optional.empty(), List.of(kept));
  }

  static Dataset<Row> documents(CorpusOptions options) {
    return documents(Corpus.open(spark(), options));
  }

  static Dataset<Row> documents(Corpus corpus) {
    return corpus.documents(corpus.whole());
  }

  static List<Row> rows(CorpusOptions options) {
    return documents(options).collectAsList();
  }

  /** The documents by id; error is code and message with a blank between them. */
  static List<Document> read(CorpusOptions options) {
    return rows(options).stream()
        .map(CorpusTestBase::document)
        .sorted(Comparator.comparing(Document::id).thenComparing(d -> String.valueOf(d.text())))
        .toList();
  }

  private static Document document(Row row) {
    Row error = row.getStruct(DocumentSchema.ERROR);
    String id = row.getString(DocumentSchema.ID);
    return new Document(
        id.substring(id.lastIndexOf('/') + 1),
        row.getString(DocumentSchema.TEXT),
        error == null ? null : error.getString(0) + " " + error.getString(1));
  }

  static Document good(String id, String text) {
    return new Document(id, text, null);
  }

  static Document malformed(String id, String message) {
    return new Document(id, null, "malformed-record " + message);
  }
}
