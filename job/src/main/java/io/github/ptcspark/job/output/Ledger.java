package io.github.ptcspark.job.output;

import io.github.ptcspark.job.JobException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The steps that made an output what it is, written so that no two runs can both go on, whatever
 * became of their locks: a run that slept while another took the output over cannot do a step.
 *
 * <p>A run claims the output by a directory that compares as larger than all others, and only then
 * looks at what the runs before it did; that is what it goes on from. A run does a step by writing
 * its file, and only then looks whether a larger run has come. So of a step at the time of a
 * takeover either the new run sees it, and counts it, or the old run sees the new one, and gives
 * up. Both may happen, and then the step counts.
 *
 * <p>This takes a file system that shows a file that was written to whoever looks afterwards, and
 * nothing more: no rename, no lock, no file that is created only if absent.
 */
final class Ledger {

  private static final int STEPS_BETWEEN_STATES = 256;
  private static final int ATTEMPTS = 20;

  private final FileSystem files;
  private final Layout layout;
  private final RunId run;
  private final RunDirectory directory;
  private int steps;
  private boolean broken;

  private Ledger(FileSystem files, Layout layout, RunId run) {
    this.files = files;
    this.layout = layout;
    this.run = run;
    this.directory = directoryOf(files, layout, run);
  }

  /** The state of an output; nothing if no run has begun a step. */
  static Optional<OutputState> read(FileSystem files, Layout layout) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        for (RunId run : RunDirectory.all(files, layout.runs())) {
          Optional<OutputState> state = directoryOf(files, layout, run).read();
          if (state.isPresent()) {
            return state;
          }
        }
        return Optional.empty();
      } catch (FileNotFoundException e) {
        // A run that is at work removes what it has put elsewhere.
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /**
   * Claims an output for a run; from now on no other can do a step.
   *
   * @throws JobException if another run claims it at this moment
   */
  static Ledger claim(FileSystem files, Layout layout, Holder holder) throws IOException {
    RunId run = RunId.after(RunDirectory.all(files, layout.runs()).stream().findFirst());
    Ledger ledger = new Ledger(files, layout, run);
    ledger.directory.claim(holder);
    try {
      ledger.check();
    } catch (JobException e) {
      files.delete(ledger.directory.directory(), true);
      throw e;
    }
    return ledger;
  }

  /** Distinguishes the run from all others. */
  String token() {
    return run.token();
  }

  /**
   * Begins with a state, or sums up the steps so far.
   *
   * @throws JobException if another run has the output now
   */
  void save(OutputState state) throws IOException {
    requireWhole();
    broken = true;
    directory.write(steps, state);
    check();
    broken = false;
    directory.removeBefore(steps);
  }

  /**
   * Does a step, and applies it to the state.
   *
   * @throws JobException if another run has the output now
   * @throws IOException if it is not known whether the step was done; then no other can be done
   */
  void append(Step step, OutputState state) throws IOException {
    requireWhole();
    broken = true;
    directory.write(steps + 1, step);
    check();
    broken = false;
    steps++;
    state.apply(step);
  }

  /** Whether so many steps were done that they should be summed up. */
  boolean wantsState() {
    return steps % STEPS_BETWEEN_STATES == 0;
  }

  /** A name for a file that belongs to this moment of this run. */
  String name() {
    return String.format(Locale.ROOT, "%s-%06d", run, steps);
  }

  /**
   * Looks whether this run still has the output.
   *
   * @throws JobException if another run has it
   */
  void check() throws IOException {
    List<RunId> runs = RunDirectory.all(files, layout.runs());
    if (runs.isEmpty() || !runs.get(0).equals(run)) {
      String other =
          runs.isEmpty()
              ? "its record is gone"
              : "another run has taken it over (%s)"
                  .formatted(
                      directoryOf(files, layout, runs.get(0))
                          .holder()
                          .map(Holder::toString)
                          .orElse("unknown"));
      throw new JobException("Cannot write %s any longer: %s".formatted(layout.root(), other));
    }
  }

  /** Removes what earlier runs left that nobody needs any more. */
  void removeOthers(OutputState state) throws IOException {
    for (RunId other : RunDirectory.all(files, layout.runs())) {
      if (other.compareTo(run) < 0) {
        files.delete(directoryOf(files, layout, other).directory(), true);
      }
    }
    List<String> needed =
        java.util.stream.Stream.of(
                Optional.of(state.current()).flatMap(Generation::history),
                state.replacement().flatMap(Generation::history))
            .flatMap(Optional::stream)
            .toList();
    try {
      for (FileStatus file : files.listStatus(layout.histories())) {
        if (!needed.contains(file.getPath().getName())) {
          files.delete(file.getPath(), false);
        }
      }
    } catch (FileNotFoundException e) {
      // The output is too young to have any.
    }
  }

  private void requireWhole() throws IOException {
    if (broken) {
      throw new IOException("an earlier step of this run failed");
    }
  }

  private static RunDirectory directoryOf(FileSystem files, Layout layout, RunId run) {
    return new RunDirectory(files, new Path(layout.runs(), run.toString()));
  }
}
