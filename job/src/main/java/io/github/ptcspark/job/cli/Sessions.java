package io.github.ptcspark.job.cli;

import io.github.ptcspark.inference.LibraryDirectory;
import io.github.ptcspark.job.run.ResourceCheck;
import io.github.ptcspark.spark.MetricsPlugin;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;

/**
 * The Spark session of a command. What the user configured counts, from the highest precedence:
 * {@code --conf}, {@code spark-defaults.conf}, and then the defaults here.
 */
final class Sessions {

  /** A local Spark copies the jar, and spills there what does not fit into memory. */
  private static final long LOCAL_BYTES = 200_000_000;

  private static final String PLUGINS = "spark.plugins";

  /** What ptc wants other than Spark, however it is started. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "spark.master",
          "local[*]",
          // Progress comes with the heartbeats.
          "spark.executor.heartbeatInterval",
          "5s",
          // A split takes minutes rather than hours: small ones keep all cores busy to the end.
          "spark.sql.files.maxPartitionBytes",
          "4m",
          "spark.sql.parquet.compression.codec",
          "zstd");

  private static volatile boolean opened;

  private Sessions() {}

  /** Whether one was opened, be it stopped by now. */
  static boolean opened() {
    return opened;
  }

  /**
   * A session as spark-submit configured it; one that this JVM has stays as it is.
   *
   * @throws io.github.ptcspark.job.JobException if there is no room for temporary files
   */
  static SparkSession open(String name) {
    if (SparkSession.getDefaultSession().isDefined()) {
      return SparkSession.builder().getOrCreate();
    }
    SparkConf settings = settings(name);
    TemporaryDirectories.check(
        settings,
        System.getenv(),
        System.getProperty("java.io.tmpdir"),
        isLocal() ? LOCAL_BYTES : 0);
    opened = true;
    return SparkSession.builder().config(settings).getOrCreate();
  }

  /**
   * The same, for a model whose tasks this session runs.
   *
   * @throws io.github.ptcspark.job.JobException if the model could not run under the settings
   * @throws io.github.ptcspark.bundle.BundleException if there is no directory for its libraries
   */
  static SparkSession open(String name, ModelFiles.Classifier classifier) {
    if (isLocal()) {
      LibraryDirectory.prepare();
    }
    ResourceCheck.of(settings(name)).check(classifier.files(), classifier.settings().precision());
    return open(name);
  }

  /** The settings of the session that {@link #open} gives, for checks before Spark starts. */
  static SparkConf settings(String name) {
    return SparkSession.getDefaultSession().isDefined()
        ? SparkSession.getDefaultSession().get().sparkContext().getConf()
        : withDefaults(new SparkConf(), name);
  }

  /** Whether tasks run in this JVM. */
  static boolean isLocal() {
    return withDefaults(new SparkConf(), "ptc").get("spark.master").startsWith("local");
  }

  /**
   * Where file systems are configured, as the session will have it: for use before Spark starts.
   */
  static Configuration hadoop() {
    return SparkHadoopUtil.get().newConfiguration(new SparkConf());
  }

  /** Settings with what they do not say. */
  static SparkConf withDefaults(SparkConf given, String name) {
    SparkConf configuration = given.clone().setAppName(name);
    DEFAULTS.forEach(configuration::setIfMissing);
    if (configuration.get("spark.master").startsWith("local")) {
      // Elsewhere it is the id of the application, which a local Spark has too late for executors.
      configuration.setIfMissing("spark.metrics.namespace", "local-" + UUID.randomUUID());
    }
    String metrics = MetricsPlugin.class.getName();
    String plugins = configuration.get(PLUGINS, "");
    if (!plugins.contains(metrics)) {
      configuration.set(PLUGINS, plugins.isEmpty() ? metrics : plugins + "," + metrics);
    }
    return configuration;
  }
}
