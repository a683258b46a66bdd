package io.github.ptcspark.job.run;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.run.ClassifyOptions.ExistingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The output of a run, which appears whole or not at all: rows are written to a directory beside
 * it, which takes its name when everything is there.
 */
final class OutputDirectory {

  static final String MANIFEST = "_ptc/manifest.json";

  private final FileSystem files;
  private final Path target;
  private final Path working;

  private OutputDirectory(FileSystem files, Path target) {
    this.files = files;
    this.target = target;
    this.working =
        new Path(target.getParent(), target.getName() + ".incomplete-" + UUID.randomUUID());
  }

  /**
   * Checks that the output can be written.
   *
   * @throws JobException if it exists and is not to be replaced, or its file system is unknown
   */
  static OutputDirectory check(SparkSession session, String output, ExistingOutput existing) {
    try {
      Path given = new Path(output);
      FileSystem files = given.getFileSystem(session.sparkContext().hadoopConfiguration());
      Path target = files.makeQualified(given);
      if (target.getParent() == null) {
        throw new JobException("Cannot write %s: it is the root directory".formatted(output));
      }
      if (files.exists(target)) {
        if (existing == ExistingOutput.REFUSE) {
          throw new JobException(
              "Cannot write %s: it exists; --overwrite replaces it".formatted(output));
        }
        if (!isOutput(files, target)) {
          throw new JobException(
              "Cannot overwrite %s: it has no %s, so no run wrote it".formatted(output, MANIFEST));
        }
      }
      return new OutputDirectory(files, target);
    } catch (IOException | IllegalArgumentException e) {
      throw new JobException("Cannot write %s: %s".formatted(output, e.getMessage()), e);
    }
  }

  /** Where the rows are until they are published. */
  String workingPath() {
    return working.toString();
  }

  /** Writes rows; leaves nothing behind if that fails. */
  void write(DataFrameWriter<Row> rows) {
    try {
      rows.save(working.toString());
    } catch (RuntimeException e) {
      discard();
      throw e;
    }
  }

  /** Adds the manifest and lets the output appear, in the place of the one that is replaced. */
  void publish(String manifest) {
    try {
      try (OutputStream out = files.create(new Path(working, MANIFEST))) {
        out.write(manifest.getBytes(StandardCharsets.UTF_8));
      }
      if (files.exists(target)) {
        files.delete(target, true);
      }
      if (!files.rename(working, target)) {
        throw new IOException("it cannot be renamed from " + working);
      }
    } catch (IOException e) {
      throw new JobException("Cannot write %s: %s".formatted(target, e.getMessage()), e);
    }
  }

  private void discard() {
    try {
      files.delete(working, true);
    } catch (IOException e) {
      throw new JobException("Cannot delete %s: %s".formatted(working, e.getMessage()), e);
    }
  }

  private static boolean isOutput(FileSystem files, Path target) throws IOException {
    return files.exists(new Path(target, MANIFEST))
        || (files.getFileStatus(target).isDirectory() && files.listStatus(target).length == 0);
  }
}
