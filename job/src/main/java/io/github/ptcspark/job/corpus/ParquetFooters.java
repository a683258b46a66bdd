package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.spark.FileSystems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Looks at the end of every Parquet file before any work: one that breaks off would otherwise fail
 * the run when it is reached.
 */
final class ParquetFooters {

  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final int FILES_IN_A_TASK = 100;

  private ParquetFooters() {}

  /**
   * Checks all files, many at a time.
   *
   * @throws JobException if one is not Parquet or breaks off
   */
  static void check(SparkSession spark, List<InputFile> files) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    SharedConfiguration configuration = SharedConfiguration.broadcast(spark);
    List<String> paths = files.stream().map(InputFile::path).toList();
    List<String> broken =
        context
            .parallelize(paths, (paths.size() + FILES_IN_A_TASK - 1) / FILES_IN_A_TASK)
            .filter(path -> !isWhole(new Path(path), configuration.value()))
            .take(1);
    if (!broken.isEmpty()) {
      throw new JobException(
          "Cannot read "
              + FileRange.localName(broken.get(0))
              + ": it is not a Parquet file, or it breaks off");
    }
  }

  private static boolean isWhole(Path path, Configuration configuration) throws IOException {
    FileSystem fileSystem = FileSystems.forReading(path, configuration);
    long length = fileSystem.getFileStatus(path).getLen();
    if (length < 3L * MAGIC.length) {
      return false;
    }
    byte[] end = new byte[MAGIC.length];
    try (FSDataInputStream input = fileSystem.open(path)) {
      input.readFully(length - end.length, end);
    }
    return Arrays.equals(end, MAGIC);
  }
}
