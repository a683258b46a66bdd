package io.github.ptcspark.job.corpus;

import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * The session in which Spark reads files: what a cluster or a user sets for other work changes no
 * document and leaves none out.
 */
final class ReadingSession {

  private static final Map<String, String> SETTINGS =
      Map.of(
          // Names of columns match exactly.
          "spark.sql.caseSensitive", "true",
          // What cannot be read is an error, and not fewer documents.
          "spark.sql.files.ignoreCorruptFiles", "false",
          "spark.sql.files.ignoreMissingFiles", "false",
          // Types are those that ParquetTypes finds.
          "spark.sql.parquet.binaryAsString", "false",
          "spark.sql.parquet.int96AsTimestamp", "true",
          "spark.sql.parquet.inferTimestampNTZ.enabled", "true",
          "spark.sql.legacy.parquet.nanosAsLong", "false",
          // Ids that are times do not depend on where the run is.
          "spark.sql.session.timeZone", "UTC",
          // java.sql.Date lacks ten days of 1582.
          "spark.sql.datetime.java8API.enabled", "true",
          "spark.sql.ansi.enabled", "false");

  private ReadingSession() {}

  /** A session that differs from another in nothing but this. */
  static SparkSession of(SparkSession session) {
    SparkSession own = session.cloneSession();
    SETTINGS.forEach((key, value) -> own.conf().set(key, value));
    return own;
  }
}
