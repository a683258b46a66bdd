package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Opens files before any work: one that cannot be opened, or is compressed in a way that is not
 * read, would otherwise end the run when it is reached.
 */
final class FirstBytes {

  private FirstBytes() {}

  /**
   * Looks into the files of which something is to be read from the start, many at a time.
   *
   * @throws JobException if one cannot be read, for up to 20 of them together
   */
  static void check(SparkSession spark, List<SlicePart> parts) {
    List<String> paths =
        parts.stream().filter(part -> part.start() == 0).map(part -> part.file().path()).toList();
    List<String> problems = problems(spark, paths);
    if (!problems.isEmpty()) {
      throw new JobException(
          String.join("\n", problems.subList(0, Math.min(problems.size(), FileNames.SHOWN))));
    }
  }

  private static List<String> problems(SparkSession spark, List<String> paths) {
    try {
      return FileLooks.at(spark, paths, FirstBytes::problem);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> problem(String path, Configuration configuration) {
    FileRange range = FileRange.whole(new Path(path));
    try {
      RangeInput.open(range, configuration).close();
      return List.of();
    } catch (IOException | RuntimeException e) {
      return List.of("Cannot read %s: %s".formatted(range.name(), JobException.reason(e)));
    }
  }
}
