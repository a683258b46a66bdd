package io.github.ptcspark.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;

/**
 * {@code kill -9} of every kind of process at random instants of a run. Whatever dies, the output
 * has in the end the rows of an undisturbed run, each once and bit for bit.
 */
public class KillsIT extends ClusterTest {

  @ClassRule public static final StandaloneCluster CLUSTER = new StandaloneCluster(KillsIT.class);

  private static final int KILLS = 3;
  private static final int KILLS_IN_A_RUN = 3;

  private static final int DOCUMENTS = 2_000;
  private static final String SLICE_SIZE = "32k";

  private static Path model;
  private static Path corpus;
  private static List<String> expected;
  private static Kills kills;
  private static int outputs;

  @BeforeClass
  public static void runUndisturbed() throws IOException {
    model = writeModel(CLUSTER.directory());
    corpus = writeCorpus(CLUSTER.directory().resolve("corpus.jsonl"), DOCUMENTS, 1);
    Run run = run(DeployMode.CLIENT, newOutput());
    assertDone(run.process());
    kills = new Kills(KILLS, System.nanoTime() - run.start());
    expected = rows(run.output());
    assertThat(expected).hasSize(DOCUMENTS).doesNotHaveDuplicates();
  }

  @Test
  public void runsOutliveTheirExecutors() throws IOException {
    kills.outlive(
        KILLS_IN_A_RUN,
        number -> run(DeployMode.CLIENT, newOutput()),
        run -> {
          // One that was killed before may not have its successor yet.
          Waiting.until(
              "executor or end of " + run,
              () -> !CLUSTER.executors().isEmpty() || !run.process().isAlive());
          List<ProcessHandle> executors = CLUSTER.executors();
          return !executors.isEmpty()
              && executors.get(Kills.RANDOM.nextInt(executors.size())).destroyForcibly();
        },
        KillsIT::assertComplete);
  }

  @Test
  public void runsOutliveWorkers() throws IOException {
    kills.outlive(
        KILLS_IN_A_RUN,
        number -> run(DeployMode.CLIENT, newOutput()),
        run -> {
          CLUSTER.replaceWorker(Kills.RANDOM.nextInt(StandaloneCluster.WORKERS));
          return true;
        },
        KillsIT::assertComplete);
  }

  @Test
  public void theSameCommandTakesUpARunWhoseDriverDied() throws IOException {
    String[] output = {newOutput()};
    kills.ofDrivers(
        number -> run(number % 2 == 1 ? DeployMode.CLIENT : DeployMode.CLUSTER, output[0]),
        KillsIT::killDriver,
        run ->
            assertThat(rows(run.output()))
                .as(Kills.seed(run))
                .isSubsetOf(expected)
                .doesNotHaveDuplicates(),
        run -> {
          assertComplete(run);
          output[0] = newOutput();
        });
    assertComplete(run(DeployMode.CLIENT, output[0]));
  }

  private static boolean killDriver(Run run) {
    if (run.mode() == DeployMode.CLIENT) {
      run.process().kill();
      return true;
    }
    List<ProcessHandle> drivers = CLUSTER.drivers();
    drivers.forEach(ProcessHandle::destroyForcibly);
    Waiting.until("end of the driver", () -> CLUSTER.drivers().isEmpty());
    if (!drivers.isEmpty()) {
      // It would look for the state of the driver only now and then.
      run.process().kill();
    }
    return !drivers.isEmpty();
  }

  private static void assertComplete(Run run) throws IOException {
    assertDone(run.process());
    assertThat(rows(run.output())).as(Kills.seed(run)).isEqualTo(expected);
    assertThat(Path.of(run.output(), "_ptc").toFile().list())
        .as(Kills.seed(run))
        .contains("manifest.json")
        .doesNotContain("staging", "lock");
  }

  private static String newOutput() {
    return CLUSTER
        .directory()
        .resolve(String.format(Locale.ROOT, "output-%02d", ++outputs))
        .toString();
  }

  private static Run run(DeployMode mode, String output) {
    return Run.start(
        mode,
        output,
        () ->
            CLUSTER.submit(
                mode,
                classify(model.toString(), corpus.toString(), output, "--slice-size", SLICE_SIZE)));
  }
}
