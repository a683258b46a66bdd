package io.github.ptcspark.job.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The Spark that the tests run under, and the jar that they submit to it. */
final class SparkDistribution {

  /** SPARK_HOME. */
  static final Path HOME = path("spark.distribution");

  /** The jar that users submit. */
  static final Path SHADED_JAR = path("shaded.jar");

  /** The top of this project. */
  static final Path PROJECT = path("home.directory");

  private SparkDistribution() {}

  /** A program of the distribution. */
  static String program(String name) {
    return HOME.resolve("bin").resolve(name).toString();
  }

  /** A command with this distribution as SPARK_HOME and nothing of other ones, on loopback only. */
  static ProcessBuilder command(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment
        .keySet()
        .removeIf(name -> name.startsWith("SPARK_") || name.matches("(HADOOP|YARN)_CONF_DIR"));
    environment.put("SPARK_HOME", HOME.toString());
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder;
  }

  private static Path path(String property) {
    return Path.of(System.getProperty(property));
  }
}
