package io.github.ptcspark.job.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileUtil;
import org.junit.rules.ExternalResource;

/**
 * A master and {@value #WORKERS} workers of one core each, as processes of this machine on the
 * loopback address, and what is submitted to them. All of them are gone when the tests end or the
 * JVM does; their logs stay.
 */
final class StandaloneCluster extends ExternalResource {

  /** How many workers there are. */
  static final int WORKERS = 2;

  /** The number of the GPU that every worker says it has. */
  static final int GPU = 7;

  private static final String MASTER_CLASS = "org.apache.spark.deploy.master.Master";
  private static final String WORKER_CLASS = "org.apache.spark.deploy.worker.Worker";
  private static final String EXECUTOR_CLASS =
      "org.apache.spark.executor.CoarseGrainedExecutorBackend";
  private static final String DRIVER_CLASS = "org.apache.spark.deploy.worker.DriverWrapper";

  private static final Pattern LEADER =
      Pattern.compile("Starting Spark master at (\\S+)\\R(?s:.*)New state: ALIVE");
  private static final Pattern REGISTERED =
      Pattern.compile("Successfully registered with master (\\S+)");

  private final Path directory;
  private final Path work;
  private final Path scratch;
  private final String javaOptions;
  private final Thread stopAtExit = new Thread(this::stop, "stop-cluster");
  private final List<LoggedProcess> processes = new ArrayList<>();
  private final List<LoggedProcess> workers = new ArrayList<>();
  private final List<ProcessHandle> orphans = new ArrayList<>();
  private String master;

  /** A cluster with a directory of its own, named after the tests. */
  StandaloneCluster(Class<?> tests) {
    this.directory = Path.of(System.getProperty("cluster.directory"), tests.getSimpleName());
    this.work = directory.resolve("work");
    this.scratch = directory.resolve("scratch");
    // How fast these short-lived JVMs start matters more than how fast they become.
    this.javaOptions =
        "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djava.io.tmpdir=%s".formatted(scratch);
  }

  /** For logs and what the tests write. */
  Path directory() {
    return directory;
  }

  @Override
  protected void before() throws IOException {
    FileUtil.fullyDelete(directory.toFile());
    Files.createDirectories(scratch);
    Files.createDirectories(work);
    Files.writeString(
        gpuScript(),
        "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"%d\"]}'\n".formatted(GPU));
    Files.setPosixFilePermissions(gpuScript(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Runtime.getRuntime().addShutdownHook(stopAtExit);
    try {
      master =
          daemon("master", MASTER_CLASS, "--host", "127.0.0.1", "--port", "0").awaitInError(LEADER);
      for (int i = 0; i < WORKERS; i++) {
        startWorker();
      }
      workers.forEach(worker -> worker.awaitInError(REGISTERED));
    } catch (RuntimeException | AssertionError e) {
      after();
      throw e;
    }
  }

  @Override
  protected void after() {
    stop();
    Runtime.getRuntime().removeShutdownHook(stopAtExit);
    deleteJars();
    FileUtil.fullyDelete(scratch.toFile());
  }

  /** Submits the jar with arguments of ptc, and with more settings of Spark. */
  LoggedProcess submit(DeployMode mode, List<String> arguments, String... more) {
    deleteJars();
    List<String> command = new ArrayList<>();
    command.add(SparkDistribution.program("spark-submit"));
    command.add("--properties-file");
    command.add(SparkDistribution.PROJECT.resolve("conf/cluster/standalone.conf").toString());
    command.addAll(List.of("--master", master, "--deploy-mode", mode.argument));
    command.addAll(List.of("--class", "io.github.ptcspark.job.cli.Ptc"));
    settings(mode).forEach(setting -> command.addAll(List.of("--conf", setting)));
    for (String setting : more) {
      command.addAll(List.of("--conf", setting));
    }
    command.add(SparkDistribution.SHADED_JAR.toString());
    command.addAll(arguments);
    return start(mode.argument, command);
  }

  /** The executors that run. */
  List<ProcessHandle> executors() {
    return childrenOfWorkers(EXECUTOR_CLASS);
  }

  /** The drivers that run on workers. */
  List<ProcessHandle> drivers() {
    return childrenOfWorkers(DRIVER_CLASS);
  }

  /** What the newest driver that a worker started wrote to its error stream. */
  String driverError() {
    try (Stream<Path> logs = Files.walk(work, 2)) {
      Path log =
          logs.filter(file -> file.endsWith("stderr"))
              .filter(file -> file.getParent().getFileName().toString().startsWith("driver-"))
              .max(Path::compareTo)
              .orElseThrow(() -> new AssertionError("No worker started a driver in " + work));
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the log of a driver in " + work, e);
    }
  }

  /** Kills one of the two workers and starts another in its place. */
  void replaceWorker(int index) {
    LoggedProcess worker = workers.remove(index);
    worker.handle().children().forEach(orphans::add);
    worker.kill();
    startWorker();
  }

  private Path gpuScript() {
    return directory.resolve("gpus");
  }

  private List<String> settings(DeployMode mode) {
    return List.of(
        "spark.cores.max=" + mode.executors,
        "spark.executor.cores=1",
        "spark.executor.memory=512m",
        "spark.driver.memory=512m",
        "spark.ui.enabled=false",
        "spark.driver.defaultJavaOptions=" + javaOptions,
        "spark.executor.defaultJavaOptions=" + javaOptions,
        "spark.executorEnv.DJL_CACHE_DIR=" + directory.resolveSibling("djl"));
  }

  private void startWorker() {
    workers.add(
        daemon(
            "worker",
            WORKER_CLASS,
            "--host",
            "127.0.0.1",
            "--cores",
            "1",
            "--memory",
            "1g",
            "--work-dir",
            work.toString(),
            master));
  }

  private LoggedProcess daemon(String name, String mainClass, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(SparkDistribution.program("spark-class"));
    command.addAll(List.of(mainClass, "--webui-port", "0"));
    command.addAll(List.of(arguments));
    return start(name, command);
  }

  private LoggedProcess start(String name, List<String> command) {
    ProcessBuilder builder = SparkDistribution.command(command);
    builder.environment().put("SPARK_LOCAL_DIRS", scratch.toString());
    builder.environment().put("SPARK_DAEMON_MEMORY", "256m");
    builder.environment().put("SPARK_DAEMON_JAVA_OPTS", javaOptions);
    builder.environment().put("SPARK_SUBMIT_OPTS", javaOptions);
    builder
        .environment()
        .put(
            "SPARK_WORKER_OPTS",
            "-Dspark.worker.resource.gpu.amount=1 -Dspark.worker.resource.gpu.discoveryScript="
                + gpuScript());
    LoggedProcess process =
        LoggedProcess.start(builder, directory, "%02d-%s".formatted(processes.size() + 1, name));
    processes.add(process);
    return process;
  }

  private List<ProcessHandle> childrenOfWorkers(String mainClass) {
    return workers.stream().flatMap(worker -> worker.children(mainClass).stream()).toList();
  }

  private void stop() {
    for (LoggedProcess process : processes) {
      process.handle().descendants().forEach(orphans::add);
      process.kill();
    }
    orphans.forEach(ProcessHandle::destroyForcibly);
  }

  /** Every executor and driver gets a copy of the jar, which Spark leaves where it is. */
  private void deleteJars() {
    try (Stream<Path> files = Files.walk(work)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete copies of the jar in " + work, e);
    }
  }
}
