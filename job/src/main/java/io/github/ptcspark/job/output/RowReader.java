package io.github.ptcspark.job.output;

import java.util.Collection;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Reads the Parquet files of an output. */
public final class RowReader {

  /** A path is a path, also where its name could be a pattern. */
  private static final String GLOBS = "__globPaths__";

  private RowReader() {}

  /**
   * Reads files.
   *
   * @param root the directory below which partition columns begin
   */
  public static Dataset<Row> read(
      SparkSession session, StructType schema, Path root, Collection<Path> files) {
    return session
        .read()
        .option(GLOBS, false)
        .option("basePath", root.toString())
        .schema(schema)
        .parquet(files.stream().map(Path::toString).toArray(String[]::new));
  }
}
