package io.github.ptcspark.job.corpus;

import java.util.Map;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.sql.SparkSession;

/**
 * The session in which Spark reads files: what a cluster or a user sets for other work changes no
 * document and leaves none out.
 */
final class ReadingSession {

  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          // Names of columns match exactly.
          Map.entry("spark.sql.caseSensitive", "true"),
          // What cannot be read is an error, and not fewer documents.
          Map.entry("spark.sql.files.ignoreCorruptFiles", "false"),
          Map.entry("spark.sql.files.ignoreMissingFiles", "false"),
          // Types are those that ParquetTypes finds.
          Map.entry("spark.sql.parquet.binaryAsString", "false"),
          Map.entry("spark.sql.parquet.int96AsTimestamp", "true"),
          Map.entry("spark.sql.parquet.inferTimestampNTZ.enabled", "true"),
          Map.entry("spark.sql.legacy.parquet.nanosAsLong", "false"),
          // Ids that are times do not depend on where the run is.
          Map.entry("spark.sql.session.timeZone", "UTC"),
          // java.sql.Date lacks ten days of 1582.
          Map.entry("spark.sql.datetime.java8API.enabled", "true"),
          Map.entry("spark.sql.ansi.enabled", "false"),
          // See FileSystems#forReading.
          Map.entry("fs.file.impl", RawLocalFileSystem.class.getName()),
          Map.entry("fs.file.impl.disable.cache", "true"));

  private ReadingSession() {}

  /** A session that differs from another in nothing but this. */
  static SparkSession of(SparkSession session) {
    SparkSession own = session.cloneSession();
    SETTINGS.forEach((key, value) -> own.conf().set(key, value));
    return own;
  }
}
