package io.github.ptcspark.job.corpus;

import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** A session's settings of Hadoop for tasks that open files; broadcast as {@link JavaBytes}. */
final class SharedConfiguration implements Serializable {

  private static final long serialVersionUID = 1L;

  private final Broadcast<byte[]> bytes;

  /** What a task has read of them. */
  private transient Configuration read;

  private SharedConfiguration(Broadcast<byte[]> bytes) {
    this.bytes = bytes;
  }

  /** Broadcasts the settings as they are now. */
  static SharedConfiguration broadcast(SparkSession spark) {
    SerializableConfiguration settings =
        new SerializableConfiguration(spark.sessionState().newHadoopConf());
    return new SharedConfiguration(
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(JavaBytes.of(settings)));
  }

  /** The settings, in a task. */
  Configuration value() {
    if (read == null) {
      read = JavaBytes.<SerializableConfiguration>read(bytes.value()).value();
    }
    return read;
  }
}
