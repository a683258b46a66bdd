package io.github.ptcspark.job.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs of the shaded jar under {@code spark-submit} in local mode, each a process that can be
 * killed.
 */
final class LocalDrivers extends Processes {

  /** Runs with a directory named after the tests. */
  LocalDrivers(Class<?> tests) {
    super(tests.getSimpleName());
  }

  @Override
  void startServices() {}

  @Override
  Map<String, String> environment() {
    return Map.of(
        "SPARK_CONF_DIR",
        SparkDistribution.PROJECT.resolve("conf").toString(),
        "DJL_CACHE_DIR",
        directory().resolveSibling("djl").toString());
  }

  /**
   * Submits the jar.
   *
   * @param jars further ones for the class path
   * @param hadoop settings of Hadoop
   * @param arguments those of ptc
   */
  LoggedProcess submit(List<Path> jars, Map<String, String> hadoop, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(SparkDistribution.program("spark-submit"));
    command.addAll(List.of("--master", "local[2]", "--driver-memory", "512m"));
    command.addAll(List.of("--class", "io.github.ptcspark.job.cli.Ptc"));
    // Where --jars would copy them for every run.
    command.add("--driver-class-path");
    command.add(String.join(":", jars.stream().map(Path::toString).toList()));
    command.addAll(List.of("--conf", "spark.hadoop.hadoop.tmp.dir=" + scratch()));
    hadoop.forEach(
        (key, value) ->
            command.addAll(List.of("--conf", "spark.hadoop.%s=%s".formatted(key, value))));
    command.add(SparkDistribution.SHADED_JAR.toString());
    command.addAll(arguments);
    return start("driver", command);
  }
}
