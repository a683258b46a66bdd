package io.github.ptcspark.job.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileUtil;
import org.junit.rules.ExternalResource;

/**
 * A cluster whose services are processes of this machine on the loopback address, and what is
 * submitted to it. All of them are gone when the tests end or the JVM does; their logs stay.
 */
abstract class Cluster extends ExternalResource {

  /** How fast these short-lived JVMs start matters more than how fast they become. */
  private static final String FAST_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  private final Path directory;
  private final Path scratch;
  private final Thread stopAtExit = new Thread(this::stop, "stop-cluster");
  private final List<LoggedProcess> processes = new ArrayList<>();
  private final List<ProcessHandle> orphans = new ArrayList<>();

  /** A cluster with a directory of its own, named after the tests. */
  Cluster(Class<?> tests) {
    this.directory = Path.of(System.getProperty("cluster.directory"), tests.getSimpleName());
    this.scratch = directory.resolve("scratch");
  }

  /** Starts the services; returns when the cluster takes applications. */
  abstract void startServices() throws IOException;

  /** Name of the example in {@code conf/cluster} with which applications are submitted. */
  abstract String example();

  /** Settings of Spark that go beyond the example. */
  abstract List<String> settings(DeployMode mode);

  /** Variables that the services and submissions see. */
  abstract Map<String, String> environment();

  /** For logs and what the tests write. */
  final Path directory() {
    return directory;
  }

  /** For what goes when the tests end. */
  final Path scratch() {
    return scratch;
  }

  /** Options of all JVMs. */
  final String javaOptions() {
    return "%s -Djava.io.tmpdir=%s".formatted(FAST_START, scratch);
  }

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
            "spark.executorEnv.DJL_CACHE_DIR=" + directory.resolveSibling("djl")));
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

  /** Starts a process of this cluster. */
  final LoggedProcess start(String name, List<String> command) {
    ProcessBuilder builder = SparkDistribution.command(command);
    builder.environment().put("SPARK_LOCAL_DIRS", scratch.toString());
    builder.environment().put("SPARK_SUBMIT_OPTS", javaOptions());
    builder.environment().putAll(environment());
    LoggedProcess process =
        LoggedProcess.start(builder, directory, "%02d-%s".formatted(processes.size() + 1, name));
    processes.add(process);
    return process;
  }

  /** Kills a process of this cluster and, when the tests end, what it has started. */
  final void kill(LoggedProcess process) {
    process.handle().descendants().forEach(orphans::add);
    process.kill();
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

  @Override
  protected void before() throws IOException {
    FileUtil.fullyDelete(directory.toFile());
    Files.createDirectories(scratch);
    Runtime.getRuntime().addShutdownHook(stopAtExit);
    try {
      startServices();
    } catch (IOException | RuntimeException | AssertionError e) {
      after();
      throw e;
    }
  }

  @Override
  protected void after() {
    stop();
    Runtime.getRuntime().removeShutdownHook(stopAtExit);
    FileUtil.fullyDelete(scratch.toFile());
  }

  private void stop() {
    processes.forEach(this::kill);
    orphans.forEach(ProcessHandle::destroyForcibly);
  }
}
