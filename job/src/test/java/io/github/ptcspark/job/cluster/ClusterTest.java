package io.github.ptcspark.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Tests of runs on a cluster; the session of this JVM reads what they wrote. */
abstract class ClusterTest extends SparkTest {

  /** A small model with random weights. */
  static Path writeModel(Path directory) {
    Path model = directory.resolve("model");
    BundleFiles.of(TestModel.bundle(1)).write(model);
    return model;
  }

  /** Makes sure that a run wrote what it should. */
  static void assertDone(LoggedProcess run) {
    assertThat(run.exitCode()).as(run.toString()).isZero();
  }

  /**
   * Writes documents of random words as JSON Lines; the ids begin with the name of the file, which
   * decides the words.
   */
  static Path writeCorpus(Path file, int documents) throws IOException {
    String name = file.getFileName().toString();
    Random words = new Random(name.hashCode());
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < documents; i++) {
      lines.append("{\"id\":\"%s-%05d\",\"text\":\"".formatted(name, i));
      words
          .ints(20 + words.nextInt(60), 0, 5000)
          .forEach(word -> lines.append(Integer.toString(word, 36)).append(' '));
      lines.append("\"}\n");
    }
    return Files.writeString(file, lines);
  }

  /** The rows of an output on the local disk. */
  static List<String> rows(Path output) throws IOException {
    return rows(output.toUri().toString());
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

  /** The files in which readers find rows. */
  static Set<String> files(String output) throws IOException {
    org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(output);
    Set<String> found = new TreeSet<>();
    try {
      collect(root.getFileSystem(spark().sparkContext().hadoopConfiguration()), root, found);
      return found;
    } catch (FileNotFoundException e) {
      return Set.of(); // There is no output yet.
    }
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
