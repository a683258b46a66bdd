package io.github.ptcspark.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

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

  /** All rows so far by id, bit for bit, without the one column that differs from run to run. */
  static List<String> rows(Path output) throws IOException {
    if (!hasRows(output)) {
      return List.of();
    }
    return spark()
        .read()
        .parquet(output.toString())
        .drop("millis")
        .orderBy("id")
        .toJSON()
        .collectAsList();
  }

  private static boolean hasRows(Path output) throws IOException {
    if (!Files.exists(output)) {
      return false;
    }
    try (Stream<Path> files = Files.list(output)) {
      return files.anyMatch(file -> file.toString().endsWith(".parquet"));
    }
  }
}
