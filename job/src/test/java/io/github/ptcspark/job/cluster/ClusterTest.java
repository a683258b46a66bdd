package io.github.ptcspark.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Tests of runs on a cluster; the session of this JVM reads what they wrote. */
abstract class ClusterTest extends SparkTest {

  private static final Pattern LOG =
      Pattern.compile("\\d\\d/\\d\\d/\\d\\d |Using Spark's default log4j");

  /** A small model with random weights. */
  static Path writeModel(Path directory) {
    Path model = directory.resolve("model");
    BundleFiles.of(TestModel.bundle(1)).write(model);
    return model;
  }

  /**
   * Random words in JSON Lines, a document in fifty without any: it will be rejected. Ids begin
   * with the name of the file.
   */
  static Path writeCorpus(Path file, int documents, long seed) throws IOException {
    String name = file.getFileName().toString();
    Random words = new Random(seed);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < documents; i++) {
      lines.append(String.format(Locale.ROOT, "{\"id\":\"%s-%05d\",\"text\":\"", name, i));
      words
          .ints(i % 50 == 49 ? 0 : 20 + words.nextInt(60), 0, 5000)
          .forEach(word -> lines.append(Integer.toString(word, 36)).append(' '));
      lines.append("\"}\n");
    }
    return Files.writeString(file, lines);
  }

  /** The arguments of a run. */
  static List<String> classify(String model, String input, String output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("classify", "--model", model, "--input", input, "--output", output));
    arguments.addAll(List.of(more));
    return arguments;
  }

  /** Makes sure that a run wrote what it should. */
  static void assertDone(LoggedProcess run) {
    assertThat(run.exitCode()).as(run.toString()).isZero();
  }

  /** The rows of an output on the local disk. */
  static List<String> rows(Path output) throws IOException {
    return rows(output.toUri().toString());
  }

  /**
   * Makes sure that a run says one thing, beside the precision with which it begins. Spark's own
   * processes and connections may end with traces of theirs when the driver exits.
   */
  static void assertSaysOnly(String line, String error) {
    List<String> lines = error.lines().filter(text -> !LOG.matcher(text).lookingAt()).toList();
    assertThat(lines).contains(line).noneMatch(text -> text.startsWith("\tat io.github.ptcspark"));
    assertThat(lines.stream().filter(text -> text.matches("ptc: (?!precision ).*")))
        .containsExactly(line);
  }

  /**
   * All rows so far by id, bit for bit, without the one column that differs from run to run; the
   * same however they are partitioned.
   */
  static List<String> rows(String output) throws IOException {
    if (files(output).isEmpty()) {
      return List.of();
    }
    Dataset<Row> rows = spark().read().parquet(output).drop("millis");
    Column[] columns = Arrays.stream(rows.columns()).sorted().map(rows::col).toArray(Column[]::new);
    return rows.orderBy("id").select(columns).toJSON().collectAsList();
  }

  /**
   * Makes sure that readers find the rows of an output before it was replaced or afterwards, or
   * fail: for as long as they would find neither whole, there is a file that is not Parquet.
   */
  static void assertOldOrNew(String output, String description, List<String> old, List<String> now)
      throws IOException {
    if (files(output).stream().anyMatch(file -> file.endsWith("being-replaced.parquet"))) {
      assertThatThrownBy(() -> rows(output))
          .as(description)
          .hasStackTraceContaining("not a Parquet");
    } else {
      assertThat(rows(output)).as(description).isIn(old, now);
    }
  }

  /** The files in which readers find rows. */
  static Set<String> files(String output) throws IOException {
    org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(output);
    Set<String> found = new TreeSet<>();
    try {
      collect(fileSystem(root), root, found);
      return found;
    } catch (FileNotFoundException e) {
      return Set.of(); // There is no output yet.
    }
  }

  /** Makes sure that the page about the last run on an output is there, whole. */
  static void assertReported(String output) throws IOException {
    org.apache.hadoop.fs.Path page = new org.apache.hadoop.fs.Path(output, "_ptc/report.html");
    try (InputStream in = fileSystem(page).open(page)) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8).strip())
          .startsWithIgnoringCase("<!doctype html>")
          .endsWith("</html>");
    }
  }

  /** What the lock of an output says; nothing while there is none, or while it is being written. */
  static String lock(String output) {
    org.apache.hadoop.fs.Path lock = new org.apache.hadoop.fs.Path(output, "_ptc/lock");
    try (InputStream in = fileSystem(lock).open(lock)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private static FileSystem fileSystem(org.apache.hadoop.fs.Path path) throws IOException {
    return path.getFileSystem(spark().sparkContext().hadoopConfiguration());
  }

  private static void collect(
      FileSystem files, org.apache.hadoop.fs.Path directory, Set<String> found) throws IOException {
    for (FileStatus child : files.listStatus(directory)) {
      String name = child.getPath().getName();
      if (name.startsWith("_") || name.startsWith(".")) {
        continue;
      }
      if (child.isDirectory()) {
        collect(files, child.getPath(), found);
      } else if (name.endsWith(".parquet")) {
        found.add(child.getPath().toString());
      }
    }
  }
}
