package io.github.ptcspark.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;

/** How runs on YARN end, for spark-submit and for YARN itself, and what they outlive. */
public class YarnRunsIT extends ClusterTest {

  @ClassRule public static final HadoopCluster CLUSTER = new HadoopCluster(YarnRunsIT.class);

  private static final int DOCUMENTS = 300;
  private static final String ONE_ATTEMPT = "spark.yarn.maxAppAttempts=1";

  private static String model;
  private static String corpus;
  private static List<String> expected;
  private static Kills kills;

  @BeforeClass
  public static void runLocally() throws IOException {
    model = CLUSTER.upload(writeModel(CLUSTER.directory()));
    corpus = CLUSTER.upload(writeCorpus(CLUSTER.directory().resolve("corpus.jsonl"), DOCUMENTS, 1));
    String output = CLUSTER.uri("local");
    Run run = Run.start(DeployMode.CLIENT, output, () -> CLUSTER.runLocally(arguments(output)));
    assertDone(run.process());
    kills = new Kills(1, System.nanoTime() - run.start());
    expected = rows(output);
    assertThat(expected).hasSize(DOCUMENTS).doesNotHaveDuplicates();
  }

  @Test
  public void runsOutliveTheirExecutors() throws IOException {
    for (DeployMode mode : DeployMode.values()) {
      outlive("executor", mode, 1, CLUSTER::executors);
    }
  }

  /** With a deploy mode of cluster it is the driver, and the next one takes the run up. */
  @Test
  public void runsOutliveTheirApplicationMaster() throws IOException {
    for (DeployMode mode : DeployMode.values()) {
      outlive("master", mode, 2, () -> CLUSTER.applicationMasters(mode));
    }
  }

  @Test
  public void whatCannotBeDoneFailsWithOneLine() throws IOException {
    String nowhere = CLUSTER.uri("nowhere.jsonl");
    String line = "ptc: Cannot read %s: it does not exist".formatted(nowhere);
    String output = CLUSTER.uri("nothing");
    List<String> arguments = classify(model, nowhere, output);

    LoggedProcess client = CLUSTER.submit(DeployMode.CLIENT, arguments);
    assertThat(client.exitCode()).isEqualTo(1);
    assertSaysOnly(line, client.error());
    HadoopCluster.Verdict ofClient = CLUSTER.verdict(client);
    assertThat(ofClient.status()).isEqualTo(FinalApplicationStatus.FAILED);
    assertThat(ofClient.attempts()).isEqualTo(2);

    LoggedProcess cluster = CLUSTER.submit(DeployMode.CLUSTER, arguments);
    assertThat(cluster.exitCode()).isEqualTo(1);
    assertThat(CLUSTER.verdict(cluster)).isEqualTo(exited(1, 2));
    assertThat(CLUSTER.applicationMasterErrors(cluster))
        .hasSize(2)
        .allSatisfy(error -> assertSaysOnly(line, error));
    assertThat(CLUSTER.files().exists(new Path(output))).isFalse();
  }

  /** A second attempt finds nothing left to do, and what the first rejected. */
  @Test
  public void tooManyRejectsFailWithAllRowsThere() throws IOException {
    String line =
        "ptc: %s of %s documents were rejected, more than --max-reject-ratio 0.0 allows"
            .formatted(DOCUMENTS / 50, DOCUMENTS);

    String output = CLUSTER.uri("rejects-client");
    LoggedProcess client =
        CLUSTER.submit(
            DeployMode.CLIENT, arguments(output, "--max-reject-ratio", "0"), ONE_ATTEMPT);
    assertThat(client.exitCode()).isEqualTo(3);
    assertSaysOnly(line, client.error());
    assertThat(CLUSTER.verdict(client).status()).isEqualTo(FinalApplicationStatus.FAILED);
    assertThat(rows(output)).isEqualTo(expected);

    output = CLUSTER.uri("rejects-cluster");
    LoggedProcess cluster =
        CLUSTER.submit(DeployMode.CLUSTER, arguments(output, "--max-reject-ratio", "0"));
    assertThat(cluster.exitCode()).isEqualTo(1);
    assertThat(CLUSTER.verdict(cluster)).isEqualTo(exited(3, 2));
    assertThat(CLUSTER.applicationMasterErrors(cluster))
        .hasSize(2)
        .allSatisfy(error -> assertThat(error).contains(line));
    assertThat(rows(output)).isEqualTo(expected);
  }

  /** An application without a SparkContext would count as one that does not start. */
  @Test
  public void wrongUseFailsAndHelpDoesNot() {
    LoggedProcess wrong =
        CLUSTER.submit(DeployMode.CLUSTER, List.of("classify", "--modle", model), ONE_ATTEMPT);
    assertThat(wrong.exitCode()).isEqualTo(1);
    assertThat(CLUSTER.verdict(wrong)).isEqualTo(exited(2, 1));
    assertThat(CLUSTER.applicationMasterErrors(wrong))
        .singleElement()
        .asString()
        .contains("Missing required options: ")
        .doesNotContain("\tat io.github.ptcspark");

    LoggedProcess help = CLUSTER.submit(DeployMode.CLUSTER, List.of("help"));
    assertDone(help);
    assertThat(CLUSTER.verdict(help))
        .isEqualTo(new HadoopCluster.Verdict(FinalApplicationStatus.SUCCEEDED, 1, ""));
  }

  @Test
  public void aDriverThatWasKilledHasFailed() {
    assertThat(afterKill("killed")).isEqualTo(FinalApplicationStatus.FAILED);
    assertThat(afterKill("gone", "spark.yarn.am.clientModeTreatDisconnectAsFailed=false"))
        .isEqualTo(FinalApplicationStatus.SUCCEEDED);
  }

  private static FinalApplicationStatus afterKill(String name, String... more) {
    Run run = run(name, DeployMode.CLIENT, more);
    run.process().kill();
    return CLUSTER.verdict(run.process()).status();
  }

  /**
   * Kills one of some processes of a run, which is done all the same.
   *
   * @param attempts how many YARN makes. A run that ends with another number was already done when
   *     the process was killed, and does not count.
   */
  private static void outlive(String what, DeployMode mode, int attempts, Victims victims)
      throws IOException {
    kills.outlive(
        1,
        number -> run("%s-%s-%s".formatted(what, mode.argument, number), mode),
        run ->
            victims.running().stream().anyMatch(ProcessHandle::destroyForcibly)
                && CLUSTER.verdict(run.process()).attempts() == attempts,
        run -> {
          assertDone(run.process());
          HadoopCluster.Verdict verdict = CLUSTER.verdict(run.process());
          assertThat(verdict)
              .as(Kills.seed(run))
              .isEqualTo(
                  new HadoopCluster.Verdict(
                      FinalApplicationStatus.SUCCEEDED, verdict.attempts(), ""));
          assertThat(rows(run.output())).as(Kills.seed(run)).isEqualTo(expected);
        });
  }

  /** Processes of which a run must outlive one. */
  private interface Victims {
    List<ProcessHandle> running();
  }

  private static Run run(String name, DeployMode mode, String... more) {
    String output = CLUSTER.uri(name);
    return Run.start(mode, output, () -> CLUSTER.submit(mode, arguments(output), more));
  }

  private static HadoopCluster.Verdict exited(int code, int attempts) {
    return new HadoopCluster.Verdict(
        FinalApplicationStatus.FAILED,
        attempts,
        "User application exited with status %s".formatted(code));
  }

  private static List<String> arguments(String output, String... more) {
    List<String> arguments = classify(model, corpus, output, "--slice-size", "16k");
    arguments.addAll(List.of(more));
    return arguments;
  }
}
