package io.github.ptcspark.job.cli;

import io.github.ptcspark.spark.MetricsPlugin;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** The Spark session of a command. */
final class Sessions {

  private static final String PLUGINS = "spark.plugins";

  private static volatile boolean opened;

  private Sessions() {}

  /** Whether one was opened, be it stopped by now. */
  static boolean opened() {
    return opened;
  }

  /**
   * A session as spark-submit configured it; on all cores of this machine where nothing is said.
   */
  static SparkSession open(String name) {
    SparkConf configuration = new SparkConf().setAppName(name);
    configuration.setIfMissing("spark.master", "local[*]");
    // The same in every run, where Spark would take the id of the application.
    configuration.setIfMissing("spark.metrics.namespace", "ptc");
    String metrics = MetricsPlugin.class.getName();
    String plugins = configuration.get(PLUGINS, "");
    if (!plugins.contains(metrics)) {
      configuration.set(PLUGINS, plugins.isEmpty() ? metrics : plugins + "," + metrics);
    }
    opened = true;
    return SparkSession.builder().config(configuration).getOrCreate();
  }
}
