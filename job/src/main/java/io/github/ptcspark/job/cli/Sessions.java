package io.github.ptcspark.job.cli;

import io.github.ptcspark.spark.MetricsPlugin;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** The Spark session of a command. */
final class Sessions {

  private Sessions() {}

  private static final String PLUGINS = "spark.plugins";

  /**
   * A session as spark-submit configured it; on all cores of this machine where nothing is said.
   */
  static SparkSession open(String name) {
    SparkConf configuration = new SparkConf().setAppName(name);
    configuration.setIfMissing("spark.master", "local[*]");
    String metrics = MetricsPlugin.class.getName();
    String plugins = configuration.get(PLUGINS, "");
    if (!plugins.contains(metrics)) {
      configuration.set(PLUGINS, plugins.isEmpty() ? metrics : plugins + "," + metrics);
    }
    return SparkSession.builder().config(configuration).getOrCreate();
  }
}
