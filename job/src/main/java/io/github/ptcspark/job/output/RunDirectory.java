package io.github.ptcspark.job.output;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files of one run in a {@link Ledger}. Only that run writes them; others read.
 *
 * <pre>
 *   claim.json              who the run is
 *   state-000000.json.gz    what all runs before it have come to
 *   step-000001.json        what it did first, and so on
 *   state-000256.json.gz    what everything up to step 256 has come to; earlier steps may be gone
 * </pre>
 *
 * @param files where it lies
 * @param directory the directory
 */
record RunDirectory(FileSystem files, Path directory) {

  private static final Pattern NAME = Pattern.compile("(state|step)-(\\d{6,})\\.json(?:\\.gz)?");

  void claim(Holder holder) throws IOException {
    SmallFiles.write(files, new Path(directory, "claim.json"), holder);
  }

  /** Who the run is, if that can be read. */
  Optional<Holder> holder() throws IOException {
    try {
      return SmallFiles.read(files, new Path(directory, "claim.json"), Holder.class);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  void write(int number, Step step) throws IOException {
    SmallFiles.write(files, step(number), new Recorded(step));
  }

  void write(int number, OutputState state) throws IOException {
    SmallFiles.write(files, state(number), state);
  }

  /** Removes what a state makes superfluous. */
  void removeBefore(int number) throws IOException {
    for (int other : numbers("state")) {
      if (other < number) {
        files.delete(state(other), false);
      }
    }
    for (int other : numbers("step")) {
      if (other <= number) {
        files.delete(step(other), false);
      }
    }
  }

  /**
   * What the steps of the run so far have come to; nothing if it has not begun any.
   *
   * @throws FileNotFoundException if the run removes files meanwhile
   */
  Optional<OutputState> read() throws IOException {
    // In this order: whatever is missing among the steps is in a state that is there by then.
    TreeSet<Integer> steps = numbers("step");
    for (int number : numbers("state").descendingSet()) {
      Optional<OutputState> state = SmallFiles.read(files, state(number), OutputState.class);
      if (state.isPresent()) {
        return Optional.of(follow(state.get(), number, steps.tailSet(number, false)));
      }
    }
    return Optional.empty();
  }

  /** The last step may have been cut short: then it never was. */
  private OutputState follow(OutputState state, int before, NavigableSet<Integer> steps)
      throws IOException {
    state.requireReadable(directory.toString());
    int next = before + 1;
    for (int number : steps) {
      if (number != next++) {
        throw new FileNotFoundException("%s is missing".formatted(step(next - 1)));
      }
      Optional<Recorded> recorded = SmallFiles.read(files, step(number), Recorded.class);
      if (recorded.isPresent()) {
        state.apply(recorded.get().step());
      } else if (number < steps.last()) {
        throw new IOException("%s is damaged".formatted(step(number)));
      }
    }
    return state;
  }

  private TreeSet<Integer> numbers(String kind) throws IOException {
    TreeSet<Integer> numbers = new TreeSet<>();
    for (FileStatus file : files.listStatus(directory)) {
      Matcher matcher = NAME.matcher(file.getPath().getName());
      if (matcher.matches() && matcher.group(1).equals(kind)) {
        numbers.add(Integer.parseInt(matcher.group(2)));
      }
    }
    return numbers;
  }

  private Path step(int number) {
    return new Path(directory, String.format(Locale.ROOT, "step-%06d.json", number));
  }

  private Path state(int number) {
    return new Path(directory, String.format(Locale.ROOT, "state-%06d.json.gz", number));
  }

  /** The runs that have a directory, the last of them first. */
  static List<RunId> all(FileSystem files, Path runs) throws IOException {
    TreeSet<RunId> found = new TreeSet<>();
    try {
      for (FileStatus status : files.listStatus(runs)) {
        RunId.parse(status.getPath().getName()).ifPresent(found::add);
      }
    } catch (FileNotFoundException e) {
      // No run has been here.
    }
    return new ArrayList<>(found.descendingSet());
  }

  /** Lets Jackson say which kind of step it is. */
  private record Recorded(Step step) {}
}
