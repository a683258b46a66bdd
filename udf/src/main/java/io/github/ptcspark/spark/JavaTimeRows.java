package io.github.ptcspark.spark;

import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;

/**
 * Rows whose dates and timestamps are those of {@code java.time}, whatever a session is set to: the
 * older classes lack ten days of 1582 and change times by time zones of the past.
 */
public final class JavaTimeRows {

  private JavaTimeRows() {}

  /** How such rows are read and written. */
  public static Encoder<Row> encoder(StructType schema) {
    SQLConf settings = new SQLConf();
    settings.setConfString("spark.sql.datetime.java8API.enabled", "true");
    return SQLConf.withExistingConf(settings, () -> Encoders.row(schema));
  }
}
