package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.spark.DocumentSchema;
import io.github.ptcspark.testing.Serialized;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Row;
import org.junit.Test;

/** Documents that are too long are rejected alone, and the driver says what is too long. */
public class DocumentLimitTest extends CorpusTestBase {

  private static final TextEncoding UTF_8 = TextEncoding.of(Optional.empty());

  private static final long GIB = 1L << 30;

  @Test
  public void tasksShareTheHeapOfAnExecutor() {
    assertThat(limit("spark.master", "yarn", "spark.executor.memory", "12g"))
        .isEqualTo(new DocumentLimit(1 << 29));
    assertThat(limit("spark.master", "yarn", "spark.executor.memory", "24g"))
        .isEqualTo(new DocumentLimit(1 << 29));
    assertThat(
            limit(
                "spark.master",
                "k8s://https://here",
                "spark.executor.memory",
                "3g",
                "spark.executor.cores",
                "8",
                "spark.task.cpus",
                "2"))
        .isEqualTo(new DocumentLimit((int) (3 * GIB / 4 / 24)));
    assertThat(limit("spark.master", "spark://here:7077"))
        .isEqualTo(new DocumentLimit((int) (GIB / 16 / 24)));
  }

  @Test
  public void aLocalSparkHasTheHeapOfTheDriver() {
    assertThat(limit("spark.master", "local[4]", "spark.executor.memory", "12g"))
        .isEqualTo(new DocumentLimit((int) (2 * GIB / 4 / 24)));
    assertThat(limit("spark.master", "local[*, 3]"))
        .isEqualTo(new DocumentLimit((int) (2 * GIB / 16 / 24)));
    assertThat(limit("spark.master", "local")).isEqualTo(limit("spark.master", "local[1]"));
  }

  /** With a driver of 2 GiB on 16 cores. */
  private static DocumentLimit limit(String... settings) {
    SparkConf configuration = new SparkConf(false);
    for (int i = 0; i < settings.length; i += 2) {
      configuration.set(settings[i], settings[i + 1]);
    }
    return DocumentLimit.of(configuration, 16, 2 * GIB);
  }

  @Test
  public void everyReaderTakesItsLimitAlong() throws IOException {
    String words = "word ".repeat(2000);
    String beginning = words.substring(0, 300) + "...";
    DocumentLimit limit = new DocumentLimit(5000);
    DocumentRows rows = new DocumentRows(0);
    Columns columns = Columns.unseen(options("x"));
    assertThat(
            errors(
                new TextFiles(new DocumentRows(0), UTF_8, limit),
                write("a.txt.gz", gzip("\uFEFF" + words)),
                write("one.txt", "one")))
        .containsExactly(tooLong("file", 10_003, "bytes", beginning), null);
    assertThat(
            errors(
                LineFiles.ofTexts(LineReader.of(UTF_8), new DocumentRows(0), limit),
                write("a", "one\n" + words + "\ntwo\n")))
        .containsExactly(null, tooLong("line", 10_000, "bytes", beginning), null);
    String json = "{\"text\":\"%s\"}";
    String line = json.formatted(words);
    assertThat(
            errors(
                new LineFiles(new JsonFiles(UTF_8), new JsonLines(columns, rows), rows, limit),
                write("a.jsonl", line + "\n" + json.formatted("one") + "\n" + line)))
        .containsExactly(
            tooLong("line", 10_011, "bytes", line.substring(0, 300) + "..."),
            null,
            tooLong("line", 10_011, "bytes", line.substring(0, 300) + "..."));
    assertThat(
            errors(
                new CsvFiles(columns, new CsvSource(TextOptions.DEFAULT, UTF_8), limit),
                write("a.csv", "text\n" + words + "\none\n")))
        .containsExactly(tooLong("row", 10_000, "characters", beginning), null);
  }

  /** Longer than any reader has ever taken. */
  @Test
  public void sixHundredMegabytesAreOneRejectAmongNeighbours() throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(path("a.jsonl.gz")))) {
      out.write("{\"text\":\"one\"}\n{\"text\":\"".getBytes(StandardCharsets.UTF_8));
      byte[] words = "longer ".repeat(1 << 17).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 600 << 20; i += words.length) {
        out.write(words);
      }
      out.write("\"}\n{\"text\":\"two\"}\n".getBytes(StandardCharsets.UTF_8));
    }
    List<Document> lines = read(options(path("a.jsonl.gz").toString()));
    assertThat(lines).extracting(Document::text).containsExactlyInAnyOrder("one", null, "two");
    assertThat(read(as("text", path("a.jsonl.gz").toString())))
        .singleElement()
        .extracting(Document::error)
        .asString()
        .startsWith("malformed-record the file has 6")
        .hasSizeLessThan(500);
  }

  private static String tooLong(String what, int length, String unit, String beginning) {
    return "the %s has %s %s, more than the 5000 for which an executor has memory: %s"
        .formatted(what, length, unit, beginning);
  }

  /** What is wrong with each document of a file, as an executor reads it. */
  private static List<String> errors(RangeReader reader, String... files) throws IOException {
    List<String> errors = new ArrayList<>();
    for (String file : files) {
      FileRange range = new FileRange("file:" + file, 0, Long.MAX_VALUE);
      try (RangeReader.Documents documents =
          Serialized.copy(reader).open(range, new Configuration(false))) {
        for (Optional<Row> row = documents.next(); row.isPresent(); row = documents.next()) {
          Row error = row.get().getStruct(DocumentSchema.ERROR);
          errors.add(error == null ? null : error.getString(1));
        }
      }
    }
    return errors;
  }
}
