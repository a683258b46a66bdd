package io.github.ptcspark.job.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A cluster whose services are processes of this machine on the loopback address, and what is
 * submitted to it.
 */
abstract class Cluster extends Processes {

  /** A cluster with a directory named after the tests. */
  Cluster(Class<?> tests) {
    super(tests.getSimpleName());
  }

  /** Name of the example in {@code conf/cluster} with which applications are submitted. */
  abstract String example();

  /** Settings of Spark that go beyond the example. */
  abstract List<String> settings(DeployMode mode);

  /** Submits the jar with arguments of ptc, and with more settings of Spark. */
  LoggedProcess submit(DeployMode mode, List<String> arguments, String... more) {
    List<String> settings = new ArrayList<>(settings(mode));
    settings.addAll(
        List.of(
            "spark.executor.cores=1",
            "spark.executor.memory=512m",
            "spark.driver.memory=512m",
            "spark.ui.enabled=false",
            "spark.driver.defaultJavaOptions=" + javaOptions(),
            "spark.executor.defaultJavaOptions=" + javaOptions(),
            "spark.executorEnv.DJL_CACHE_DIR=" + directory().resolveSibling("djl")));
    settings.addAll(List.of(more));
    List<String> command = new ArrayList<>();
    command.add(SparkDistribution.program("spark-submit"));
    command.add("--properties-file");
    command.add(SparkDistribution.PROJECT.resolve("conf/cluster").resolve(example()).toString());
    command.addAll(List.of("--deploy-mode", mode.argument));
    command.addAll(List.of("--class", "io.github.ptcspark.job.cli.Ptc"));
    settings.forEach(setting -> command.addAll(List.of("--conf", setting)));
    command.add(SparkDistribution.SHADED_JAR.toString());
    command.addAll(arguments);
    return start(mode.argument, command);
  }

  /** Spark and YARN leave copies of the jar where they are. */
  static void deleteJars(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete copies of the jar in " + directory, e);
    }
  }
}
