package io.github.ptcspark.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.testing.SampleTexts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;

/** Runs of the shaded jar that nothing disturbs, in both deploy modes. */
public class ClusterRunsIT extends ClusterTest {

  @ClassRule
  public static final StandaloneCluster CLUSTER = new StandaloneCluster(ClusterRunsIT.class);

  private static final Pattern LAST_STATE =
      Pattern.compile("State of driver \\S+ is (\\w+), exiting");

  private static Path model;

  @BeforeClass
  public static void writeModel() {
    model = writeModel(CLUSTER.directory());
  }

  @Test
  public void theRowsAreThoseOfALocalRunBitForBit() throws IOException {
    String input =
        "%s,%s"
            .formatted(
                SampleTexts.corpus("banking77/test.jsonl"),
                SampleTexts.corpus("clinc150/test.jsonl"));

    String local = output("local");
    LoggedProcess process = ptc("local", classify(input, local));
    assertDone(process);
    assertThat(process.out()).contains("documents    7,580 in");
    List<String> expected = rows(local);
    assertThat(expected).hasSize(7_580).doesNotHaveDuplicates();

    String client = output("client");
    assertDone(CLUSTER.submit(DeployMode.CLIENT, classify(input, client)));
    assertThat(rows(client)).isEqualTo(expected);

    String cluster = output("cluster");
    LoggedProcess submission = CLUSTER.submit(DeployMode.CLUSTER, classify(input, cluster));
    assertThat(submission.awaitInError(LAST_STATE)).isEqualTo("FINISHED");
    assertDone(submission);
    assertThat(rows(cluster)).isEqualTo(expected);
  }

  @Test
  public void whatCannotBeDoneEndsWithOneLine() {
    String nowhere = CLUSTER.directory().resolve("nowhere.jsonl").toString();
    String line = "ptc: Cannot read %s: it does not exist".formatted(nowhere);
    List<String> arguments = classify(nowhere, output("nothing"));

    LoggedProcess local = ptc("nowhere", arguments);
    assertThat(local.exitCode()).isEqualTo(1);
    assertThat(local.error()).isEqualTo(line + "\n");

    LoggedProcess client = CLUSTER.submit(DeployMode.CLIENT, arguments);
    assertThat(client.exitCode()).isEqualTo(1);
    assertSaysOnly(line, client.error());

    LoggedProcess cluster = CLUSTER.submit(DeployMode.CLUSTER, arguments);
    assertThat(cluster.awaitInError(LAST_STATE)).isEqualTo("FAILED");
    assertSaysOnly(line, CLUSTER.driverError());
    cluster.exitCode();
    assertThat(Path.of(output("nothing"))).doesNotExist();
  }

  /** The workers say that they have a GPU of this number; the library is the one without CUDA. */
  @Test
  public void theGpuIsTheOneThatSparkAssigns() {
    List<String> arguments = new ArrayList<>(classify(model.toString(), output("gpu")));
    arguments.set(4, SampleTexts.corpus("bbc/test.jsonl").toString());
    arguments.addAll(List.of("--device", "gpu"));

    LoggedProcess unassigned = CLUSTER.submit(DeployMode.CLIENT, arguments);
    assertThat(unassigned.exitCode()).isEqualTo(1);
    assertThat(unassigned.error())
        .contains(
            "  spark.executor.resource.gpu.amount is not set: ",
            "  spark.task.resource.gpu.amount is not set: ");

    LoggedProcess assigned =
        CLUSTER.submit(
            DeployMode.CLIENT,
            arguments,
            "spark.executor.resource.gpu.amount=1",
            "spark.task.resource.gpu.amount=1",
            "spark.task.maxFailures=1");
    assertThat(assigned.exitCode()).isEqualTo(1);
    assertThat(assigned.error())
        .contains(
            "\nptc: Cannot classify: Cannot load the model onto GPU %s: PyTorch finds none here;"
                .formatted(StandaloneCluster.GPU));
  }

  @Test
  public void helpNeedsNoCluster() {
    LoggedProcess help = CLUSTER.submit(DeployMode.CLIENT, List.of("classify", "--help"));

    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("ptc classify --model my.bundle");
    assertThat(help.error()).doesNotContain("Running Spark version");
  }

  /** The command of a user with a Spark of their own, on the cores of this machine. */
  private static LoggedProcess ptc(String name, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(SparkDistribution.PROJECT.resolve("job/bin/ptc").toString());
    command.addAll(arguments);
    return LoggedProcess.start(SparkDistribution.command(command), CLUSTER.directory(), name);
  }

  private static String output(String name) {
    return CLUSTER.directory().resolve(name + ".parquet").toString();
  }

  private static List<String> classify(String input, String output) {
    return classify(model.toString(), input, output);
  }
}
