package io.github.ptcspark.job.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileUtil;
import org.junit.rules.ExternalResource;

/**
 * Runs of the shaded jar under {@code spark-submit} in local mode, each a process that can be
 * killed. All of them are gone when the tests end or the JVM does; their logs stay.
 */
final class LocalDrivers extends ExternalResource {

  private final Path directory;
  private final Path scratch;
  private final Thread stopAtExit = new Thread(this::stop, "stop-drivers");
  private final List<LoggedProcess> processes = new ArrayList<>();

  /** Runs with a directory of their own, named after the tests. */
  LocalDrivers(Class<?> tests) {
    this.directory = Path.of(System.getProperty("cluster.directory"), tests.getSimpleName());
    this.scratch = directory.resolve("scratch");
  }

  /** For logs and what the tests write. */
  Path directory() {
    return directory;
  }

  @Override
  protected void before() throws IOException {
    FileUtil.fullyDelete(directory.toFile());
    Files.createDirectories(scratch);
    Runtime.getRuntime().addShutdownHook(stopAtExit);
  }

  @Override
  protected void after() {
    stop();
    Runtime.getRuntime().removeShutdownHook(stopAtExit);
    FileUtil.fullyDelete(scratch.toFile());
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
    command.addAll(List.of("--conf", "spark.hadoop.hadoop.tmp.dir=" + scratch));
    hadoop.forEach(
        (key, value) ->
            command.addAll(List.of("--conf", "spark.hadoop.%s=%s".formatted(key, value))));
    command.add(SparkDistribution.SHADED_JAR.toString());
    command.addAll(arguments);
    ProcessBuilder builder = SparkDistribution.command(command);
    builder
        .environment()
        .put("SPARK_CONF_DIR", SparkDistribution.PROJECT.resolve("conf").toString());
    builder.environment().put("SPARK_LOCAL_DIRS", scratch.toString());
    builder.environment().put("DJL_CACHE_DIR", directory.resolveSibling("djl").toString());
    // How fast these short-lived JVMs start matters more than how fast they become.
    builder
        .environment()
        .put(
            "SPARK_SUBMIT_OPTS",
            "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djava.io.tmpdir=" + scratch);
    LoggedProcess process =
        LoggedProcess.start(builder, directory, "%02d".formatted(processes.size() + 1));
    processes.add(process);
    return process;
  }

  private void stop() {
    processes.forEach(LoggedProcess::kill);
  }
}
