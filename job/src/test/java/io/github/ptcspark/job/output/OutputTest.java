package io.github.ptcspark.job.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.output.FakeRuns.FakeRun;
import io.github.ptcspark.job.testing.FaultyFileSystem;
import io.github.ptcspark.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What readers meet, whatever becomes of the runs. */
public class OutputTest {

  private static final Set<String> SOME = Set.of("a1", "a2", "b1", "b2");
  private static final Set<String> OTHERS = Set.of("c1", "b2", "c2");

  @Rule public TemporaryFolder folder = new TemporaryFolder();

  @Rule public final Seed seed = new Seed();
  private final Random random = seed.random();
  private final Configuration configuration = new Configuration();
  private Path local;
  private FakeRuns runs;

  @Before
  public void useFaultyFiles() {
    FaultyFileSystem.register(configuration);
    use("out");
  }

  @After
  public void mend() {
    FaultyFileSystem.mend();
  }

  private void use(String name) {
    local = folder.getRoot().toPath().resolve(name);
    runs = new FakeRuns(configuration, "faulty:" + local, local);
  }

  @Test
  public void aRunThatSleptWritesNothingIntoTheWorkOfItsSuccessor() throws IOException {
    FakeRun slept = runs.open(1, ExistingOutput.EXTEND, SOME);
    slept.classifyNext();
    runs.die();
    FakeRun successor = runs.open(1, ExistingOutput.EXTEND, SOME);
    successor.classifyNext();

    assertThatThrownBy(slept::classifyNext)
        .isInstanceOf(JobException.class)
        .hasMessageContaining(" any longer: another run has taken it over (process ");
    assertThatThrownBy(slept::finish).isInstanceOf(JobException.class);
    slept.close();
    successor.classifyAll();
    successor.finish();
    successor.close();
    assertThat(runs.rows()).containsExactlyElementsOf(new TreeSet<>(SOME));
  }

  /** Between a look at an output and its opening another run may have been there. */
  @Test
  public void anOutputThatBecameAnotherMeanwhileIsRefused() throws IOException {
    OutputView before = runs.view();
    runs.run(1, ExistingOutput.EXTEND, SOME);
    assertThatThrownBy(
            () -> Output.open(before, FakeRuns.identity(2), ExistingOutput.EXTEND, read -> true))
        .isInstanceOf(JobException.class)
        .hasMessageEndingWith("it has model 1, not 2; --overwrite replaces it");
    assertThat(runs.rows()).isEqualTo(sorted(SOME));
  }

  @Test
  public void aReplacementThatSleptDoesNotReplaceItsSuccessor() throws IOException {
    runs.run(1, ExistingOutput.EXTEND, SOME);
    FakeRun slept = runs.open(1, ExistingOutput.REPLACE, SOME);
    slept.classifyAll();
    runs.die();
    runs.run(1, ExistingOutput.REPLACE, OTHERS);
    assertThatThrownBy(slept::finish).isInstanceOf(JobException.class);
    slept.close();
    assertThat(runs.rows()).containsExactlyElementsOf(new TreeSet<>(OTHERS));
    runs.run(1, ExistingOutput.EXTEND, OTHERS);
    assertThat(runs.rows()).containsExactlyElementsOf(new TreeSet<>(OTHERS));
  }

  /** What stands behind it is not gone. */
  @Test
  public void aDirectoryThatGoesAsItIsListedHidesNothing() throws IOException {
    runs.run(1, ExistingOutput.EXTEND, SOME);
    Files.createDirectory(local.resolve("before-slices"));
    FaultyFileSystem.removeAsListed("before-slices");
    try (FakeRun run = runs.open(1, ExistingOutput.REPLACE, OTHERS)) {
      assertThat(local.resolve("before-slices")).doesNotExist();
      assertThat(run.output().lost()).isEmpty();
      run.classifyAll();
      run.finish();
    }
    assertThat(runs.rows()).containsExactlyElementsOf(new TreeSet<>(OTHERS));
  }

  @Test
  public void overwriteAfterARunThatDiedLeavesNothingOfAnotherCorpus() throws IOException {
    FakeRun died = runs.open(1, ExistingOutput.EXTEND, SOME);
    died.classifyNext();
    died.classifyNext();
    runs.die();
    runs.run(1, ExistingOutput.REPLACE, OTHERS);
    died.close();
    assertThat(runs.rows()).containsExactlyElementsOf(new TreeSet<>(OTHERS));
  }

  @Test
  public void aReplacementOfTheSameCorpusGoesOnWhereItDied() throws IOException {
    runs.run(1, ExistingOutput.EXTEND, OTHERS);
    FakeRun died = runs.open(2, ExistingOutput.REPLACE, SOME);
    died.classifyNext();
    runs.die();
    assertThat(runs.rows()).containsExactlyElementsOf(new TreeSet<>(OTHERS));
    try (FakeRun next = runs.open(2, ExistingOutput.REPLACE, SOME)) {
      assertThat(next.output().slices()).isEqualTo(1);
    }
    try (FakeRun other = runs.open(2, ExistingOutput.REPLACE, Set.of("c3"))) {
      assertThat(other.output().slices()).isZero();
    }
    died.close();
  }

  /**
   * For a moment there are neither the old rows nor the new ones: then there is a file to say so,
   * in each directory of which that is true.
   */
  @Test
  public void aReaderMeetsTheOldRowsOrTheNewOnesOrIsTold() throws IOException {
    int told = 0;
    for (int i = 0; i < 40; i++) {
      use("replaced-" + i);
      runs.run(1, ExistingOutput.EXTEND, SOME);
      FakeRun run = runs.open(1, ExistingOutput.REPLACE, OTHERS);
      run.classifyAll();
      FaultyFileSystem.failAfterChanges(i);
      boolean finished = true;
      try {
        run.finish();
      } catch (JobException e) {
        finished = false;
      }
      FaultyFileSystem.mend();
      List<String> rows = runs.rows();
      boolean warned = rows.stream().anyMatch(OutputTest::isWarning);
      if (!warned) {
        assertThat(rows).as("%d changes", i).isIn(sorted(SOME), sorted(OTHERS));
      }
      for (String directory : List.of("a", "b", "c")) {
        List<String> here = runs.rows("d=" + directory);
        if (here.stream().anyMatch(OutputTest::isWarning)) {
          told++;
        } else {
          assertThat(here)
              .as("%d changes", i)
              .isIn(sorted(SOME, directory), sorted(OTHERS, directory));
        }
      }
      if (!finished) {
        // Whoever comes next brings it to its end; a run that only adds does so too.
        runs.die();
        runs.run(1, ExistingOutput.EXTEND, Set.of());
        if (rows.equals(sorted(SOME))) {
          assertThat(runs.rows()).isIn(sorted(SOME), sorted(OTHERS));
        } else {
          assertThat(runs.rows()).isEqualTo(sorted(OTHERS));
        }
        runs.die();
      }
      run.close();
    }
    assertThat(told).isPositive();
  }

  @Test
  public void whatItsOwnerRemovesIsNotMissed() throws IOException {
    runs.run(1, ExistingOutput.EXTEND, SOME);
    for (Path file : runs.visible()) {
      if (file.getParent().endsWith("d=a")) {
        Files.delete(file);
      }
    }
    try (FakeRun next = runs.open(1, ExistingOutput.EXTEND, Set.of("a1", "a2", "b1", "b2", "c1"))) {
      assertThat(next.output().lost()).hasSize(2);
      assertThat(next.output().gone()).isEqualTo(new Gone(2, 2));
      next.classifyNext();
      next.finish();
    }
    assertThat(runs.rows()).containsExactly("b1", "b2", "c1");
    try (FakeRun later = runs.open(1, ExistingOutput.EXTEND, SOME)) {
      assertThat(later.output().lost()).isEmpty();
      assertThat(later.output().gone()).isEqualTo(new Gone(2, 2));
    }
  }

  @Test
  public void aFileOfAnotherOutputIsTold() throws IOException {
    runs.run(1, ExistingOutput.EXTEND, SOME);
    Path copied = local.resolve("slice-000001-0123456789abcd.zstd.parquet");
    Files.writeString(copied, "from elsewhere");
    try (FakeRun next = runs.open(1, ExistingOutput.EXTEND, SOME)) {
      assertThat(next.output().foreign()).containsExactly(copied.getFileName().toString());
    }
    assertThat(copied).exists();
  }

  @Test
  public void manySlicesAreSummedUp() throws IOException {
    Set<String> many = new TreeSet<>();
    for (int i = 0; i < 300; i++) {
      many.add("a" + i);
    }
    runs.run(1, ExistingOutput.EXTEND, many);
    assertThat(runs.rows()).hasSize(300);
    try (var files = Files.walk(local.resolve("_ptc"))) {
      assertThat(files.filter(Files::isRegularFile).count()).isLessThan(10);
    }
    try (FakeRun next = runs.open(1, ExistingOutput.EXTEND, many)) {
      assertThat(next.output().slices()).isEqualTo(300);
      assertThat(next.classifyNext()).isFalse();
    }
  }

  /**
   * Runs on one corpus and another, that add and that replace, die at any change of the file
   * system, or sleep and come back when others have been there.
   */
  @Test
  public void whateverBecomesOfRunsTheLastThatEndsIsRight() throws IOException {
    for (int round = 0; round < 12; round++) {
      use("round-" + round);
      List<FakeRun> asleep = new ArrayList<>();
      Set<String> mayBeThere = new TreeSet<>();
      for (int i = 0; i < 6; i++) {
        Set<String> corpus = random.nextBoolean() ? SOME : OTHERS;
        ExistingOutput existing =
            random.nextInt(3) == 0 ? ExistingOutput.EXTEND : ExistingOutput.REPLACE;
        mayBeThere.addAll(corpus);
        disturbed(existing, corpus, asleep);
        runs.die();
        if (!asleep.isEmpty() && random.nextBoolean()) {
          goesOn(asleep.remove(random.nextInt(asleep.size())));
        }
        List<String> rows = runs.rows();
        if (rows.stream().noneMatch(OutputTest::isWarning)) {
          assertThat(rows).as("round %d", round).doesNotHaveDuplicates();
          assertThat(mayBeThere).as("round %d", round).containsAll(rows);
        }
      }
      Set<String> corpus = random.nextBoolean() ? SOME : OTHERS;
      runs.run(1, ExistingOutput.REPLACE, corpus);
      for (FakeRun run : asleep) {
        assertThat(goesOn(run)).as("round %d", round).isFalse();
      }
      assertThat(runs.rows()).as("round %d", round).isEqualTo(sorted(corpus));
      runs.run(1, ExistingOutput.EXTEND, corpus);
      assertThat(runs.rows()).as("round %d", round).isEqualTo(sorted(corpus));
    }
  }

  private void disturbed(ExistingOutput existing, Set<String> corpus, List<FakeRun> asleep) {
    FaultyFileSystem.failAfterChanges(random.nextInt(120));
    FakeRun run = null;
    try {
      run = runs.open(1, existing, corpus);
      int slices = random.nextInt(6);
      for (int i = 0; i < slices; i++) {
        run.classifyNext();
      }
      if (random.nextInt(3) == 0) {
        asleep.add(run);
        return;
      }
      run.classifyAll();
      run.finish();
    } catch (IOException | JobException e) {
      // It died.
    } finally {
      FaultyFileSystem.mend();
    }
  }

  /** A run wakes up as if nothing had happened; whether it comes to its end. */
  private static boolean goesOn(FakeRun run) {
    try (run) {
      run.classifyAll();
      run.finish();
      return true;
    } catch (IOException | JobException e) {
      return false;
    }
  }

  private static boolean isWarning(String row) {
    return row.startsWith("The files of this output are being replaced");
  }

  private static List<String> sorted(Set<String> names) {
    return sorted(names, "");
  }

  private static List<String> sorted(Set<String> names, String beginning) {
    return names.stream().filter(name -> name.startsWith(beginning)).sorted().toList();
  }
}
