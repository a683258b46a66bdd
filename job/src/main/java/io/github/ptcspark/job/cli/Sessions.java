package io.github.ptcspark.job.cli;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** The Spark session of a command. */
final class Sessions {

  private Sessions() {}

  /**
   * A session as spark-submit configured it; on all cores of this machine where nothing is said.
   */
  static SparkSession open(String name) {
    SparkConf configuration = new SparkConf().setAppName(name);
    configuration.setIfMissing("spark.master", "local[*]");
    return SparkSession.builder().config(configuration).getOrCreate();
  }
}
