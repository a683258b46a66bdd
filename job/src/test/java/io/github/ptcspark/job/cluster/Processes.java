package io.github.ptcspark.job.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.fs.FileUtil;
import org.junit.rules.ExternalResource;

/**
 * Processes of this machine that some tests share. All of them are gone when the tests end or the
 * JVM does; their logs stay.
 */
abstract class Processes extends ExternalResource {

  /** How fast these short-lived JVMs start matters more than how fast they become. */
  static final List<String> FAST_START = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private final Path directory;
  private final Path scratch;
  private final Thread stopAtExit = new Thread(this::stop, "stop-processes");
  private final List<LoggedProcess> processes = new ArrayList<>();
  private final List<ProcessHandle> orphans = new ArrayList<>();

  /**
   * Processes with a directory of their own.
   *
   * @param name of the directory
   */
  Processes(String name) {
    this.directory = Path.of(System.getProperty("cluster.directory"), name);
    this.scratch = directory.resolve("scratch");
  }

  /** Starts those that are there for all tests; returns when they take requests. */
  abstract void startServices() throws Exception;

  /** Variables that the processes see. */
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
    return "%s -Djava.io.tmpdir=%s".formatted(String.join(" ", FAST_START), scratch);
  }

  /** Starts a process. */
  final LoggedProcess start(String name, List<String> command) {
    ProcessBuilder builder = SparkDistribution.command(command);
    builder.environment().put("SPARK_LOCAL_DIRS", scratch.toString());
    builder.environment().put("SPARK_SUBMIT_OPTS", javaOptions());
    builder.environment().putAll(environment());
    LoggedProcess process =
        LoggedProcess.start(
            builder, directory, String.format(Locale.ROOT, "%02d-%s", processes.size() + 1, name));
    processes.add(process);
    return process;
  }

  /** Kills a process and, when the tests end, what it has started. */
  final void kill(LoggedProcess process) {
    process.handle().descendants().forEach(orphans::add);
    process.kill();
  }

  @Override
  protected void before() throws Exception {
    FileUtil.fullyDelete(directory.toFile());
    Files.createDirectories(scratch);
    Runtime.getRuntime().addShutdownHook(stopAtExit);
    try {
      startServices();
    } catch (Exception | AssertionError e) {
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
