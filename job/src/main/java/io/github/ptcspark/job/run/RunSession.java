package io.github.ptcspark.job.run;

import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** The session of a run: what a cluster or a user sets for other work does not change its rows. */
final class RunSession {

  private static final Map<String, String> SETTINGS =
      Map.of(
          "spark.sql.sources.commitProtocolClass", StagingCommitProtocol.class.getName(),
          "spark.sql.sources.partitionOverwriteMode", "static",
          "spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS",
          "spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED",
          "spark.sql.parquet.int96RebaseModeInWrite", "CORRECTED",
          "spark.sql.files.maxRecordsPerFile", "0",
          "spark.sql.ansi.enabled", "false");

  private RunSession() {}

  /** A session that differs from another in nothing but this. */
  static SparkSession of(SparkSession session) {
    SparkSession own = session.cloneSession();
    SETTINGS.forEach((key, value) -> own.conf().set(key, value));
    return own;
  }
}
