package io.github.ptcspark.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;

/**
 * Model, corpora and output on HDFS, and {@code kill -9} of drivers at random instants. However
 * often a run is killed, and whoever else writes to its output, the same command has in the end the
 * rows of an undisturbed run, each once and bit for bit.
 */
public class HdfsIT extends ClusterTest {

  @ClassRule public static final HadoopCluster CLUSTER = new HadoopCluster(HdfsIT.class);

  private static final int KILLS = 3;
  private static final int CONTESTS = 2;
  private static final int DOCUMENTS = 300;

  private static final Pattern REFUSAL = Pattern.compile("(?m)^ptc: Cannot .*$");

  private static String model;

  private static Kills kills;
  private static Corpus before;
  private static Corpus after;
  private static int outputs;

  /**
   * Documents, and the rows that they come to.
   *
   * @param output the output of an undisturbed run
   */
  private record Corpus(String input, String output, List<String> rows) {}

  @BeforeClass
  public static void runUndisturbed() throws IOException {
    model = CLUSTER.upload(writeModel(CLUSTER.directory()));
    before = corpus("before.jsonl", 1);
    after = corpus("after.jsonl", 2);
    assertThat(after.rows()).doesNotContainAnyElementsOf(before.rows());
  }

  @Test
  public void compactFilesHoldTheSameRows() throws IOException {
    String output = copyOf(before.output());
    assertThat(files(output)).hasSizeGreaterThan(1);
    assertDone(CLUSTER.runLocally(List.of("compact", "--output", output)));
    assertThat(files(output)).hasSize(1);
    assertThat(rows(output)).isEqualTo(before.rows());
  }

  @Test
  public void theSameCommandTakesUpARunThatWasKilled() throws IOException {
    takeUp();
  }

  @Test
  public void theSameCommandTakesUpPartitionsByLabel() throws IOException {
    takeUp("--partition-by", "label,status");
  }

  /** What is there stays readable until what takes its place is complete. */
  @Test
  public void anOutputIsReplacedWholeOrNotAtAll() throws IOException {
    String[] output = {copyOf(before.output())};
    kills.ofDrivers(
        number -> run(output[0], "--overwrite"),
        HdfsIT::kill,
        run -> assertOldOrNew(run.output(), Kills.seed(run), before.rows(), after.rows()),
        run -> {
          assertComplete(run);
          output[0] = copyOf(before.output());
        });
    assertComplete(run(output[0], "--overwrite"));
  }

  @Test
  public void twoRunsOnANewOutputLoseNothing() throws IOException {
    for (int i = 0; i < CONTESTS; i++) {
      compete(i, newOutput(), "--partition-by", "label,status");
    }
  }

  @Test
  public void twoRunsThatReplaceAnOutputLoseNothing() throws IOException {
    for (int i = 0; i < CONTESTS; i++) {
      compete(i, copyOf(before.output()), "--overwrite");
    }
  }

  private static void takeUp(String... more) throws IOException {
    String[] output = {newOutput()};
    kills.ofDrivers(
        number -> run(output[0], more),
        HdfsIT::kill,
        run ->
            assertThat(rows(run.output()))
                .as(Kills.seed(run))
                .isSubsetOf(after.rows())
                .doesNotHaveDuplicates(),
        run -> {
          assertComplete(run);
          output[0] = newOutput();
        });
    assertComplete(run(output[0], more));
  }

  /**
   * Two runs at once, one of which is killed; the other is done or says why not, and a third is
   * done.
   */
  private static void compete(int part, String output, String... more) throws IOException {
    LoggedProcess rival = CLUSTER.runLocally(arguments(output, more));
    Run run = run(output, more);
    if (!kills.endsBefore(run, part)) {
      (Kills.RANDOM.nextBoolean() ? rival : run.process()).kill();
    }
    assertEndsWell(rival);
    assertEndsWell(run.process());
    assertComplete(run(output, more));
  }

  private static void assertEndsWell(LoggedProcess process) {
    int code = process.exitCode();
    if (code == 1) {
      assertThat(process.error())
          .as(Kills.seed(process))
          .containsPattern(REFUSAL)
          .doesNotContain("\tat io.github.ptcspark");
    } else {
      assertThat(code).as(Kills.seed(process)).isIn(0, LoggedProcess.KILLED);
    }
  }

  private static void assertComplete(Run run) throws IOException {
    assertDone(run.process());
    assertThat(rows(run.output())).as(Kills.seed(run)).isEqualTo(after.rows());
  }

  private static boolean kill(Run run) {
    run.process().kill();
    return true;
  }

  private static Corpus corpus(String name, long seed) throws IOException {
    String input = CLUSTER.upload(writeCorpus(CLUSTER.directory().resolve(name), DOCUMENTS, seed));
    String output = newOutput();
    Run run = runLocally(output, classify(model, input, output, "--slice-size", "16k"));
    assertDone(run.process());
    assertReported(output);
    kills = new Kills(KILLS, System.nanoTime() - run.start());
    List<String> rows = rows(output);
    assertThat(rows).hasSize(DOCUMENTS).doesNotHaveDuplicates();
    return new Corpus(input, output, rows);
  }

  private static Run run(String output, String... more) {
    return runLocally(output, arguments(output, more));
  }

  private static Run runLocally(String output, List<String> arguments) {
    return Run.start(DeployMode.CLIENT, output, () -> CLUSTER.runLocally(arguments));
  }

  private static String newOutput() {
    return CLUSTER.uri(String.format(Locale.ROOT, "output-%02d", ++outputs));
  }

  private static String copyOf(String output) throws IOException {
    String copy = newOutput();
    FileUtil.copy(
        CLUSTER.files(),
        new Path(output),
        CLUSTER.files(),
        new Path(copy),
        false,
        CLUSTER.files().getConf());
    return copy;
  }

  private static List<String> arguments(String output, String... more) {
    List<String> arguments = classify(model, after.input(), output, "--slice-size", "16k");
    arguments.addAll(List.of(more));
    return arguments;
  }
}
