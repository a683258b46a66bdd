package io.github.ptcspark.testing;

import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.BeforeClass;

/** Tests on a local Spark session with two threads, which all of them share. */
public abstract class SparkTest {

  private static SparkSession spark;

  /** Starts the session for the first test class; it ends with the JVM. */
  @BeforeClass
  public static synchronized void startSpark() {
    if (spark == null) {
      spark = start(Map.of());
    }
  }

  /** The session. */
  protected static SparkSession spark() {
    return spark;
  }

  /** Runs something with other values of session settings, and puts the old ones back. */
  protected static void withSettings(Map<String, String> settings, Runnable test) {
    SparkSession before = spark;
    spark = before.newSession();
    try {
      settings.forEach(spark.conf()::set);
      test.run();
    } finally {
      spark = before;
    }
  }

  /** Runs something in a Spark of its own, for settings that are read when Spark starts. */
  protected static void withSpark(Map<String, String> settings, Runnable test) {
    spark.stop();
    spark = start(settings);
    try {
      test.run();
    } finally {
      spark.stop();
      spark = start(Map.of());
    }
  }

  private static SparkSession start(Map<String, String> settings) {
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local[2]")
            .appName("tests")
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", 2)
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1");
    settings.forEach(builder::config);
    return builder.getOrCreate();
  }
}
