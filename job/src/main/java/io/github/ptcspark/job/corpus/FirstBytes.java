package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Opens files before any work: one that cannot be opened, or is compressed in a way that is not
 * read, would otherwise end the run when it is reached.
 */
final class FirstBytes {

  private static final int FILES_IN_A_TASK = 100;

  private FirstBytes() {}

  /**
   * Looks into the files of which something is to be read from the start, many at a time.
   *
   * @throws JobException if one cannot be read, for up to 20 of them together
   */
  static void check(SparkSession spark, List<SlicePart> parts) {
    List<String> paths =
        parts.stream().filter(part -> part.start() == 0).map(part -> part.file().path()).toList();
    if (paths.isEmpty()) {
      return;
    }
    SharedConfiguration configuration = SharedConfiguration.broadcast(spark);
    List<String> problems =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(paths, (paths.size() - 1) / FILES_IN_A_TASK + 1)
            .flatMap(path -> problem(path, configuration.value()).iterator())
            .take(FileNames.SHOWN);
    if (!problems.isEmpty()) {
      throw new JobException(String.join("\n", problems));
    }
  }

  private static Stream<String> problem(String path, Configuration configuration) {
    FileRange range = FileRange.whole(new Path(path));
    try {
      RangeInput.open(range, configuration).close();
      return Stream.empty();
    } catch (IOException | RuntimeException e) {
      return Stream.of("Cannot read %s: %s".formatted(range.name(), JobException.reason(e)));
    }
  }
}
