package io.github.ptcspark.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.testing.TestModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;

/**
 * {@code kill -9} of drivers at random instants of runs that write to S3, some of them just while
 * readers find other files than before, and two runs at once. Whatever happens, the next run that
 * is let alone has in the end the rows of an undisturbed one, each once and bit for bit.
 */
public class S3KillsIT extends ClusterTest {

  @ClassRule public static final S3Server S3 = new S3Server(S3KillsIT.class);
  @ClassRule public static final LocalDrivers DRIVERS = new LocalDrivers(S3KillsIT.class);

  private static final int KILLS = 2;
  private static final int KILLS_WHILE_FILES_CHANGE = 2;
  private static final long MOST_NANOS_AFTER_A_CHANGE = 200_000_000;

  private static final int DOCUMENTS = 120;

  private static final List<String> EXTEND = List.of();
  private static final List<String> REPLACE = List.of("--overwrite");
  private static final List<String> PARTITION = List.of("--partition-by", "label");

  private static Kills kills;
  private static Path model;
  private static Path corpus;
  private static Path otherCorpus;
  private static List<String> expected;
  private static List<String> otherRows;
  private static int outputs;

  @BeforeClass
  public static void runUndisturbed() throws IOException {
    S3.settings().forEach(spark().sparkContext().hadoopConfiguration()::set);
    model = DRIVERS.directory().resolve("model");
    BundleFiles.of(TestModel.bundle(5)).write(model); // It has more than one label to give.
    corpus = writeCorpus(DRIVERS.directory().resolve("corpus.jsonl"), DOCUMENTS, 1);
    otherCorpus = writeCorpus(DRIVERS.directory().resolve("other.jsonl"), DOCUMENTS, 2);
    expected = undisturbed(corpus);
    otherRows = undisturbed(otherCorpus);
  }

  @Test
  public void runsThatBegin() throws IOException {
    outliveKills(EXTEND, EXTEND);
  }

  @Test
  public void runsThatBeginAPartitionedOutput() throws IOException {
    outliveKills(EXTEND, PARTITION);
  }

  @Test
  public void runsThatReplace() throws IOException {
    outliveKills(REPLACE, EXTEND);
  }

  @Test
  public void runsThatReplaceAPartitionedOutput() throws IOException {
    outliveKills(REPLACE, PARTITION);
  }

  @Test
  public void twoRunsThatBeginAtOnce() throws IOException {
    outliveEachOther(EXTEND);
  }

  @Test
  public void twoRunsThatReplaceAtOnce() throws IOException {
    outliveEachOther(REPLACE);
  }

  private static List<String> undisturbed(Path input) throws IOException {
    Run run = run(input, newOutput(), EXTEND);
    assertDone(run.process());
    kills = new Kills(KILLS, System.nanoTime() - run.start());
    List<String> rows = rows(run.output());
    assertThat(rows).hasSize(DOCUMENTS).doesNotHaveDuplicates();
    return rows;
  }

  private static void outliveKills(List<String> mode, List<String> layout) throws IOException {
    List<String> options = Stream.concat(mode.stream(), layout.stream()).toList();
    String[] output = {newOutput(mode, layout)};
    Kills.Start start = number -> run(corpus, output[0], options);
    Kills.Check killed = run -> assertReadable(run, mode);
    Kills.Check ended =
        run -> {
          assertComplete(run);
          output[0] = newOutput(mode, layout);
        };
    kills.ofDrivers(start, S3KillsIT::kill, killed, ended);
    for (int i = 0; i < KILLS_WHILE_FILES_CHANGE; i++) {
      Set<String> before = files(output[0]);
      Run run = start.run(i + 1);
      if (endsWhileFilesChange(run, before)) {
        ended.of(run);
      } else {
        kill(run);
        killed.of(run);
      }
    }
    assertComplete(run(corpus, output[0], options));
  }

  /** Whether a run ends before or soon after readers find other files than before it. */
  private static boolean endsWhileFilesChange(Run run, Set<String> before) {
    Waiting.until(
        "change of " + run, () -> !run.process().isAlive() || !listed(run.output()).equals(before));
    return run.process()
        .endsBefore(System.nanoTime() + Kills.RANDOM.nextLong(MOST_NANOS_AFTER_A_CHANGE));
  }

  private static Set<String> listed(String output) {
    try {
      return files(output);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + output, e);
    }
  }

  private static boolean kill(Run run) {
    run.process().kill();
    return true;
  }

  /** Two runs write to one output: each ends by itself, done or with one line. */
  private static void outliveEachOther(List<String> mode) throws IOException {
    for (double latest : List.of(0.1, 1.0)) {
      String output = newOutput(mode, EXTEND);
      long start = System.nanoTime();
      LoggedProcess first = classify(corpus, output, mode);
      first.endsBefore(start + (long) (kills.nanos() * latest * Kills.RANDOM.nextDouble()));
      for (LoggedProcess process : List.of(first, classify(corpus, output, mode))) {
        assertThat(process.exitCode()).as(Kills.seed(process)).isIn(0, 1);
        if (process.exitCode() == 1) {
          assertThat(process.error().lines().filter(line -> line.startsWith("ptc: Cannot ")))
              .as(Kills.seed(process))
              .hasSize(1);
        }
      }
      assertComplete(run(corpus, output, mode));
    }
  }

  /** Whenever a run is killed, readers find no row twice, and those of an old output or the new. */
  private static void assertReadable(Run run, List<String> mode) throws IOException {
    if (mode.equals(REPLACE)) {
      assertOldOrNew(run.output(), Kills.seed(run), otherRows, expected);
    } else {
      assertThat(rows(run.output()))
          .as(Kills.seed(run))
          .doesNotHaveDuplicates()
          .isSubsetOf(expected);
    }
  }

  private static void assertComplete(Run run) throws IOException {
    assertDone(run.process());
    assertThat(rows(run.output())).as(Kills.seed(run)).isEqualTo(expected);
  }

  /** An output that is to be extended is new; one that is to be replaced has other rows. */
  private static String newOutput(List<String> mode, List<String> layout) throws IOException {
    String output = newOutput();
    if (mode.equals(REPLACE)) {
      assertDone(classify(otherCorpus, output, layout));
      assertThat(rows(output)).isEqualTo(otherRows);
    }
    return output;
  }

  private static String newOutput() {
    return S3.path(String.format(Locale.ROOT, "output-%02d", ++outputs));
  }

  private static Run run(Path input, String output, List<String> options) {
    return Run.start(DeployMode.CLIENT, output, () -> classify(input, output, options));
  }

  private static LoggedProcess classify(Path input, String output, List<String> options) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("classify", "--model", model.toString()));
    arguments.addAll(List.of("--input", input.toString(), "--id-column", "id"));
    arguments.addAll(List.of("--output", output, "--slice-size", "8k"));
    arguments.addAll(options);
    return DRIVERS.submit(S3Server.CONNECTOR, S3.settings(), arguments);
  }
}
