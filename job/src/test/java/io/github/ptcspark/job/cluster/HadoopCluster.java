package io.github.ptcspark.job.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.exceptions.YarnException;

/** HDFS and YARN with one node, which checks the memory of containers as real ones do. */
final class HadoopCluster extends Cluster {

  private static final String SERVICES_CLASS = "io.github.ptcspark.job.cluster.MiniHadoop";
  private static final String EXECUTOR_CLASS =
      "org.apache.spark.executor.YarnCoarseGrainedExecutorBackend";

  private static final Pattern READY = Pattern.compile("(Hadoop is ready)");
  private static final Pattern SUBMITTED =
      Pattern.compile("Submitted application (application_\\d+_\\d+)");

  private final Path hadoop;
  private LoggedProcess services;
  private Configuration configuration;
  private FileSystem files;

  /** A cluster with a directory of its own, named after the tests. */
  HadoopCluster(Class<?> tests) {
    super(tests);
    this.hadoop = directory().resolve("hadoop");
  }

  /**
   * What became of an application.
   *
   * @param status as YARN shows it to users
   * @param attempts how many ApplicationMasters it had
   * @param diagnostics what YARN says about it
   */
  record Verdict(FinalApplicationStatus status, int attempts, String diagnostics) {}

  @Override
  void startServices() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("-Xmx512m");
    command.addAll(FAST_START);
    command.addAll(
        List.of(
            "-Dlog4j2.level=INFO",
            "-Djava.net.preferIPv4Stack=true",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            SERVICES_CLASS,
            hadoop.toString()));
    services = start("hadoop", command);
    services.awaitInError(READY);
    configuration = new Configuration();
    for (String name : List.of("core-site.xml", "yarn-site.xml")) {
      configuration.addResource(new org.apache.hadoop.fs.Path(conf().resolve(name).toUri()));
    }
    files = FileSystem.get(configuration);
  }

  @Override
  protected void after() {
    super.after();
    FileUtil.fullyDelete(hadoop.resolve("dfs").toFile());
    deleteJars(hadoop);
  }

  /** The file system {@code hdfs:}. */
  FileSystem files() {
    return files;
  }

  /** The whole name of a path on {@code hdfs:}. */
  String uri(String path) {
    return files.makeQualified(new org.apache.hadoop.fs.Path("/" + path)).toString();
  }

  /** Copies a file or directory of this machine to the top of {@code hdfs:}; returns its name. */
  String upload(Path local) throws IOException {
    String uri = uri(local.getFileName().toString());
    files.copyFromLocalFile(
        new org.apache.hadoop.fs.Path(local.toUri()), new org.apache.hadoop.fs.Path(uri));
    return uri;
  }

  /** A run on one core in the process of spark-submit, which starts soonest. */
  LoggedProcess runLocally(List<String> arguments) {
    return submit(DeployMode.CLIENT, arguments, "spark.master=local[1]");
  }

  /** The executors that run. */
  List<ProcessHandle> executors() {
    return services.jvms(EXECUTOR_CLASS);
  }

  /** The ApplicationMasters that run. */
  List<ProcessHandle> applicationMasters(DeployMode mode) {
    return services.jvms(
        mode == DeployMode.CLUSTER
            ? "org.apache.spark.deploy.yarn.ApplicationMaster"
            : "org.apache.spark.deploy.yarn.ExecutorLauncher");
  }

  /** What YARN says of an application once that has ended. */
  Verdict verdict(LoggedProcess submission) {
    ApplicationId id = ApplicationId.fromString(idOf(submission));
    try (YarnClient yarn = YarnClient.createYarnClient()) {
      yarn.init(configuration);
      yarn.start();
      ApplicationReport report =
          Waiting.forThe(
              "end of " + id,
              () ->
                  Optional.of(report(yarn, id))
                      .filter(
                          now ->
                              now.getFinalApplicationStatus() != FinalApplicationStatus.UNDEFINED));
      return new Verdict(
          report.getFinalApplicationStatus(),
          yarn.getApplicationAttempts(id).size(),
          report.getDiagnostics());
    } catch (IOException | YarnException e) {
      throw new IllegalStateException("Cannot ask YARN for " + id, e);
    }
  }

  /** What the ApplicationMasters of an application wrote to their error streams, in their order. */
  List<String> applicationMasterErrors(LoggedProcess submission) {
    String first =
        "container_%s_\\d\\d_000001".formatted(idOf(submission).replaceFirst("\\D+", ""));
    try (Stream<Path> logs = Files.walk(hadoop.resolve("yarn"))) {
      return logs.filter(file -> file.endsWith("stderr"))
          .filter(file -> file.getParent().getFileName().toString().matches(first))
          .sorted()
          .map(HadoopCluster::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the logs of YARN in " + hadoop, e);
    }
  }

  @Override
  String example() {
    return "yarn.conf";
  }

  @Override
  List<String> settings(DeployMode mode) {
    return List.of(
        "spark.executor.instances=1",
        "spark.executor.memoryOverhead=900m",
        // The jars of Spark lie on every node.
        "spark.yarn.jars=local:%s/*".formatted(SparkDistribution.HOME.resolve("jars")));
  }

  @Override
  Map<String, String> environment() {
    return Map.of("HADOOP_CONF_DIR", conf().toString());
  }

  private Path conf() {
    return hadoop.resolve("conf");
  }

  private static String idOf(LoggedProcess submission) {
    return submission.awaitInError(SUBMITTED);
  }

  private static ApplicationReport report(YarnClient yarn, ApplicationId id) {
    try {
      return yarn.getApplicationReport(id);
    } catch (IOException | YarnException e) {
      throw new IllegalStateException("Cannot ask YARN for " + id, e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }
}
