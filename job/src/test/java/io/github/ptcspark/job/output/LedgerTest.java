package io.github.ptcspark.job.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.IntNode;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.InputFile;
import io.github.ptcspark.job.corpus.SlicePart;
import io.github.ptcspark.testing.Seed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Two runs never both do a step after one has taken the output from the other. */
public class LedgerTest {

  private static final OutputIdentity IDENTITY =
      new OutputIdentity(Map.of("model", IntNode.valueOf(1)));

  @Rule public TemporaryFolder folder = new TemporaryFolder();

  @Rule public final Seed seed = new Seed();
  private final Random random = seed.random();
  private FileSystem files;
  private Layout layout;
  private int number;

  @Before
  public void openFileSystem() throws IOException {
    files = FileSystem.getLocal(new Configuration());
    layout = new Layout(files.makeQualified(new Path(folder.getRoot().getPath())));
  }

  @Test
  public void stepsAreReadBack() throws IOException {
    assertThat(Ledger.read(files, layout)).isEmpty();
    Run run = new Run();
    for (int i = 0; i < 5; i++) {
      run.step();
    }
    assertThat(slices()).isEqualTo(5);

    Run next = new Run();
    next.ledger.save(next.state);
    next.ledger.removeOthers(next.state);
    next.step();
    assertThat(slices()).isEqualTo(6);
    assertThat(RunDirectory.all(files, layout.runs())).hasSize(1);
  }

  @Test
  public void aRunThatSleptCannotGoOn() throws IOException {
    Run slept = new Run();
    slept.step();
    Run successor = new Run();
    successor.step();

    assertThatThrownBy(slept::step)
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("Cannot write %s any longer: another run".formatted(layout.root()));
    assertThatThrownBy(slept::step).isInstanceOf(IOException.class);
    successor.step();
    assertThat(slices()).isEqualTo(3);
  }

  /** It comes back after its directory was removed, and writes its step into a new one. */
  @Test
  public void whatARunWritesThatSleptForVeryLongCountsForNothing() throws IOException {
    Run slept = new Run();
    Run successor = new Run();
    successor.step();
    successor.ledger.save(successor.state);
    successor.ledger.removeOthers(successor.state);
    assertThatThrownBy(slept::step).isInstanceOf(JobException.class);
    assertThat(slices()).isEqualTo(1);
    Run third = new Run();
    assertThat(third.state.current().slices()).isEqualTo(1);
  }

  @Test
  public void aStepThatWasCutShortNeverWas() throws IOException {
    Run died = new Run();
    died.step();
    Path step = new Path(layout.runs(), died.ledger.name().replaceAll("-\\d+$", ""));
    for (String content : List.of("", "{\"step\" : {\"step\" : \"finis")) {
      try (var out = files.create(new Path(step, "step-000002.json"), true)) {
        out.write(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
      assertThat(slices()).isEqualTo(1);
    }
    Run next = new Run();
    next.step();
    assertThat(slices()).isEqualTo(2);
  }

  @Test
  public void aDamagedStepAmongOthersIsNotPassedOver() throws IOException {
    Run run = new Run();
    run.step();
    run.step();
    Path directory = new Path(layout.runs(), run.ledger.name().replaceAll("-\\d+$", ""));
    try (var out = files.create(new Path(directory, "step-000001.json"), true)) {
      out.write('{');
    }
    assertThatThrownBy(this::slices)
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("step-000001.json is damaged");
  }

  @Test
  public void aStepThatIsMissingAmongOthersIsNotPassedOver() throws IOException {
    Run run = new Run();
    run.step();
    run.step();
    Path directory = new Path(layout.runs(), run.ledger.name().replaceAll("-\\d+$", ""));
    files.delete(new Path(directory, "step-000001.json"), false);
    assertThatThrownBy(this::slices)
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("step-000001.json is missing");
  }

  @Test
  public void ofRunsThatBeginAtOnceOneGoesOn() throws Exception {
    new Run().step();
    List<Thread> threads = new ArrayList<>();
    List<Run> going = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(
          new Thread(
              () -> {
                try {
                  Run run = new Run();
                  synchronized (going) {
                    going.add(run);
                  }
                } catch (IOException | JobException e) {
                  // It met another.
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    int steps = 0;
    for (Run run : going) {
      try {
        run.step();
        steps++;
      } catch (JobException e) {
        // It met a later one.
      }
    }
    assertThat(steps).isEqualTo(1);
    assertThat(slices()).isEqualTo(2);
  }

  /**
   * Runs that take the output from each other at any moment, and do not know it: what a run was
   * told is done is done, once, and nothing else but what it did not come to hear of.
   */
  @Test
  public void whateverRunsDoEveryStepCountsOnce() throws IOException {
    for (int round = 0; round < 10; round++) {
      layout =
          new Layout(
              new Path(files.makeQualified(new Path(folder.getRoot().getPath())), "r" + round));
      List<Run> runs = new ArrayList<>(List.of(new Run()));
      TreeSet<Integer> done = new TreeSet<>();
      TreeSet<Integer> unknown = new TreeSet<>();
      for (int i = 0; i < 60; i++) {
        int choice = random.nextInt(10);
        if (choice == 0) {
          runs.add(new Run());
        } else if (choice == 1) {
          Run run = runs.get(random.nextInt(runs.size()));
          try {
            run.ledger.save(run.state);
            run.ledger.removeOthers(run.state);
          } catch (JobException | IOException e) {
            runs.remove(run);
            if (runs.isEmpty()) {
              runs.add(new Run());
            }
          }
        } else {
          Run run = runs.get(random.nextInt(runs.size()));
          int attempted = number + 1;
          try {
            run.step();
            done.add(attempted);
          } catch (JobException | IOException e) {
            unknown.add(attempted);
          }
        }
      }
      TreeSet<Integer> counted = new TreeSet<>();
      List<Integer> all = new ArrayList<>();
      OutputState state = Ledger.read(files, layout).orElseThrow();
      try (var parts = state.current().read(files, layout.histories()).open()) {
        parts.forEach(part -> all.add(Integer.parseInt(part.file().path())));
      }
      counted.addAll(all);
      assertThat(all).doesNotHaveDuplicates();
      assertThat(counted).containsAll(done);
      counted.removeAll(done);
      assertThat(unknown).containsAll(counted);
    }
  }

  private long slices() throws IOException {
    return Ledger.read(files, layout).orElseThrow().current().slices();
  }

  /** A run that has claimed the output. */
  private final class Run {

    private final Ledger ledger;
    private final OutputState state;

    Run() throws IOException {
      ledger = Ledger.claim(files, layout, Holder.current());
      state = Ledger.read(files, layout).orElseGet(() -> new OutputState(IDENTITY));
      ledger.save(state);
    }

    void step() throws IOException {
      number++;
      InputFile file = new InputFile(Integer.toString(number), 1, 1);
      ledger.append(
          new Step.Classified(
              new SliceRecord(
                  number,
                  List.of(new SlicePart(file, 0, 1)),
                  Map.of("slice-%s".formatted(number), 1L),
                  RunCounts.NONE,
                  1,
                  ""),
              false),
          state);
    }
  }
}
