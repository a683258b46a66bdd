package io.github.ptcspark.job.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Spark's own cluster manager: a master and {@value #WORKERS} workers of one core each. */
final class StandaloneCluster extends Cluster {

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

  private final Path work;
  private final List<LoggedProcess> workers = new ArrayList<>();
  private String master;

  /** A cluster with a directory of its own, named after the tests. */
  StandaloneCluster(Class<?> tests) {
    super(tests);
    this.work = directory().resolve("work");
  }

  @Override
  void startServices() throws IOException {
    Files.createDirectories(work);
    Files.writeString(
        gpuScript(),
        "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"%s\"]}'\n".formatted(GPU));
    Files.setPosixFilePermissions(gpuScript(), PosixFilePermissions.fromString("rwxr-xr-x"));
    master =
        daemon("master", MASTER_CLASS, "--host", "127.0.0.1", "--port", "0").awaitInError(LEADER);
    for (int i = 0; i < WORKERS; i++) {
      startWorker();
    }
    workers.forEach(worker -> worker.awaitInError(REGISTERED));
  }

  @Override
  protected void after() {
    super.after();
    deleteJars(work);
  }

  @Override
  LoggedProcess submit(DeployMode mode, List<String> arguments, String... more) {
    deleteJars(work);
    return super.submit(mode, arguments, more);
  }

  /** The executors that run. */
  List<ProcessHandle> executors() {
    return jvmsOfWorkers(EXECUTOR_CLASS);
  }

  /** The drivers that run on workers. */
  List<ProcessHandle> drivers() {
    return jvmsOfWorkers(DRIVER_CLASS);
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
    kill(workers.remove(index));
    startWorker();
  }

  @Override
  String example() {
    return "standalone.conf";
  }

  @Override
  List<String> settings(DeployMode mode) {
    return List.of("spark.master=" + master, "spark.cores.max=" + mode.executors);
  }

  @Override
  Map<String, String> environment() {
    return Map.of(
        "SPARK_DAEMON_MEMORY",
        "256m",
        "SPARK_DAEMON_JAVA_OPTS",
        javaOptions(),
        "SPARK_WORKER_OPTS",
        "-Dspark.worker.resource.gpu.amount=1 -Dspark.worker.resource.gpu.discoveryScript="
            + gpuScript());
  }

  private Path gpuScript() {
    return directory().resolve("gpus");
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

  private List<ProcessHandle> jvmsOfWorkers(String mainClass) {
    return workers.stream().flatMap(worker -> worker.jvms(mainClass).stream()).toList();
  }
}
