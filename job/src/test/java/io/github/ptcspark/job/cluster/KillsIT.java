package io.github.ptcspark.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;

/**
 * {@code kill -9} of every kind of process at random instants of a run. Whatever dies, the output
 * has in the end the rows of an undisturbed run, each once and bit for bit.
 */
public class KillsIT extends ClusterTest {

  @ClassRule public static final StandaloneCluster CLUSTER = new StandaloneCluster(KillsIT.class);

  private static final int KILLS = 5;
  private static final int KILLS_IN_A_RUN = 3;
  private static final int MOST_RUNS = 20;

  private static final int DOCUMENTS = 2_000;
  private static final String SLICE_SIZE = "32k";

  private static final long SEED = System.nanoTime();
  private static final Random RANDOM = new Random(SEED);

  private static Path model;
  private static Path corpus;
  private static List<String> expected;
  private static long nanosOfWriting;
  private static int outputs;

  @BeforeClass
  public static void runUndisturbed() throws IOException {
    model = writeModel(CLUSTER.directory());
    corpus = writeCorpus(CLUSTER.directory().resolve("corpus.jsonl"), DOCUMENTS);
    Run run = run(DeployMode.CLIENT, newOutput());
    assertDone(run.process());
    nanosOfWriting = System.nanoTime() - run.start();
    expected = rows(run.output());
    assertThat(expected).hasSize(DOCUMENTS).doesNotHaveDuplicates();
    System.out.printf("seed %d, an undisturbed run takes %.1f s%n", SEED, nanosOfWriting / 1e9);
  }

  @Test
  public void runsOutliveTheirExecutors() throws IOException {
    outlive(
        run -> {
          // One that was killed before may not have its successor yet.
          Waiting.until(
              "executor or end of " + run,
              () -> !CLUSTER.executors().isEmpty() || !run.process().isAlive());
          List<ProcessHandle> executors = CLUSTER.executors();
          return !executors.isEmpty()
              && executors.get(RANDOM.nextInt(executors.size())).destroyForcibly();
        });
  }

  @Test
  public void runsOutliveWorkers() throws IOException {
    outlive(
        run -> {
          CLUSTER.replaceWorker(RANDOM.nextInt(StandaloneCluster.WORKERS));
          return true;
        });
  }

  @Test
  public void theSameCommandTakesUpARunWhoseDriverDied() throws IOException {
    Path output = newOutput();
    int runs = 0;
    for (int kills = 0; kills < KILLS; ) {
      assertThat(++runs).as("runs for %d kills, seed %d", kills, SEED).isLessThan(MOST_RUNS);
      Run run = run(runs % 2 == 1 ? DeployMode.CLIENT : DeployMode.CLUSTER, output);
      if (!run.endsBefore(instant(kills)) && killDriver(run)) {
        kills++;
        assertThat(rows(output))
            .as("%s, seed %d", run, SEED)
            .isSubsetOf(expected)
            .doesNotHaveDuplicates();
      } else {
        assertComplete(run);
        output = newOutput();
      }
    }
    assertComplete(run(DeployMode.CLIENT, output));
  }

  /** Kills what runs must outlive; each of them has all rows at the end of its one command. */
  private static void outlive(Predicate<Run> kill) throws IOException {
    int runs = 0;
    for (int kills = 0; kills < KILLS; ) {
      assertThat(++runs).as("runs for %d kills, seed %d", kills, SEED).isLessThan(MOST_RUNS);
      Run run = run(DeployMode.CLIENT, newOutput());
      for (int i = 0; i < KILLS_IN_A_RUN && kills < KILLS; i++) {
        if (!run.endsBefore(instant(kills)) && kill.test(run)) {
          kills++;
        }
      }
      assertComplete(run);
    }
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
    assertThat(rows(run.output())).as("%s, seed %d", run, SEED).isEqualTo(expected);
    assertThat(run.output().resolve("_ptc").toFile().list())
        .as("%s, seed %d", run, SEED)
        .contains("manifest.json")
        .doesNotContain("staging", "lock");
  }

  /** A random instant in the first, second, ... of so many parts of an undisturbed run. */
  private static long instant(int part) {
    return (long) (nanosOfWriting * (part + RANDOM.nextDouble()) / KILLS);
  }

  private static Path newOutput() {
    return CLUSTER.directory().resolve("output-%02d".formatted(++outputs));
  }

  /** Starts a run and waits until it holds the lock of its output: from here on instants count. */
  private static Run run(DeployMode mode, Path output) {
    Path lock = output.resolve("_ptc/lock");
    String before = content(lock);
    LoggedProcess process =
        CLUSTER.submit(
            mode,
            List.of(
                "classify",
                "--model",
                model.toString(),
                "--input",
                corpus.toString(),
                "--output",
                output.toString(),
                "--slice-size",
                SLICE_SIZE));
    Waiting.until("lock of " + process, () -> !process.isAlive() || !content(lock).equals(before));
    return new Run(mode, process, output, System.nanoTime());
  }

  private static String content(Path lock) {
    try {
      return Files.exists(lock) ? Files.readString(lock) : "";
    } catch (IOException e) {
      return ""; // It has just gone.
    }
  }

  private record Run(DeployMode mode, LoggedProcess process, Path output, long start) {
    /** Whether it ends within so many nanoseconds after it took the lock; returns then. */
    boolean endsBefore(long nanos) {
      return process.endsBefore(start + nanos);
    }
  }
}
