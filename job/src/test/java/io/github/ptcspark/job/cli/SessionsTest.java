package io.github.ptcspark.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.spark.MetricsPlugin;
import org.apache.spark.SparkConf;
import org.junit.Test;

public class SessionsTest {

  @Test
  public void whatNobodySaysHasDefaults() {
    SparkConf settings = Sessions.withDefaults(new SparkConf(false), "ptc test");
    assertThat(settings.get("spark.app.name")).isEqualTo("ptc test");
    assertThat(settings.get("spark.master")).isEqualTo("local[*]");
    assertThat(settings.get("spark.executor.heartbeatInterval")).isEqualTo("5s");
    assertThat(settings.get("spark.sql.files.maxPartitionBytes")).isEqualTo("4m");
    assertThat(settings.get("spark.sql.parquet.compression.codec")).isEqualTo("zstd");
    assertThat(settings.get("spark.plugins")).isEqualTo(MetricsPlugin.class.getName());
  }

  @Test
  public void whatTheUserSaysCounts() {
    SparkConf given =
        new SparkConf(false)
            .set("spark.master", "yarn")
            .set("spark.executor.heartbeatInterval", "20s")
            .set("spark.sql.files.maxPartitionBytes", "64m")
            .set("spark.sql.parquet.compression.codec", "snappy")
            .set("spark.plugins", "org.example.Plugin")
            .set("spark.metrics.namespace", "${spark.app.name}");
    SparkConf settings = Sessions.withDefaults(given, "ptc test");
    assertThat(settings.get("spark.plugins"))
        .isEqualTo("org.example.Plugin," + MetricsPlugin.class.getName());
    for (String key :
        new String[] {
          "spark.master",
          "spark.executor.heartbeatInterval",
          "spark.sql.files.maxPartitionBytes",
          "spark.sql.parquet.compression.codec",
          "spark.metrics.namespace"
        }) {
      assertThat(settings.get(key)).as(key).isEqualTo(given.get(key));
    }
  }

  /** Else two applications with one sink would overwrite each other's figures. */
  @Test
  public void metricsAreThoseOfOneApplication() {
    String key = "spark.metrics.namespace";
    SparkConf cluster = new SparkConf(false).set("spark.master", "spark://127.0.0.1:7077");
    assertThat(Sessions.withDefaults(cluster, "ptc test").contains(key)).isFalse();

    SparkConf local = new SparkConf(false).set("spark.master", "local[2]");
    assertThat(Sessions.withDefaults(local, "ptc test").get(key))
        .startsWith("local-")
        .isNotEqualTo(Sessions.withDefaults(local, "ptc test").get(key));
    local.set(key, "mine");
    assertThat(Sessions.withDefaults(local, "ptc test").get(key)).isEqualTo("mine");
  }
}
