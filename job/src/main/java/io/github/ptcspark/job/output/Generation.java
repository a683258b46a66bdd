package io.github.ptcspark.job.output;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.ptcspark.job.corpus.PartsRead;
import io.github.ptcspark.job.corpus.SlicePart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * All slices that were classified in one way: the rows of an output, or those that are to take
 * their place.
 *
 * <p>It is read at every start, so it names the files that were written and has sums of the rest.
 * The parts of the input that were read long ago are in a file of their own, see {@link History}.
 */
@JsonAutoDetect(
    fieldVisibility = Visibility.ANY,
    getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE)
final class Generation {

  /** Parts of the input that are kept here before they go to the file. */
  private static final int MOST_RECENT = 10_000;

  private final Map<String, JsonNode> identity = new TreeMap<>();
  private final Map<String, Long> files = new HashMap<>();
  private final List<SlicePart> recent = new ArrayList<>();
  private String history;
  private RunCounts counts = RunCounts.NONE;
  private RunCounts unaccepted = RunCounts.NONE;
  private Gone gone = Gone.NONE;
  private long slices;
  private boolean finished;

  @SuppressWarnings("unused") // Jackson begins with it.
  private Generation() {}

  /** No slices yet, of runs with this identity. */
  Generation(OutputIdentity identity) {
    this.identity.putAll(identity.values());
  }

  OutputIdentity identity() {
    return new OutputIdentity(identity);
  }

  /** The rows of each file, by its name relative to the output. */
  Set<String> files() {
    return files.keySet();
  }

  long rows(String file) {
    return files.get(file);
  }

  /** What was written, also what has been removed since. */
  RunCounts counts() {
    return counts;
  }

  /** What was written since a run was last content with its share of rejects. */
  RunCounts unaccepted() {
    return unaccepted;
  }

  Gone gone() {
    return gone;
  }

  long slices() {
    return slices;
  }

  /** Whether a run has come to its end. */
  boolean isFinished() {
    return finished;
  }

  Optional<String> history() {
    return Optional.ofNullable(history);
  }

  /** The parts of the input that were read, as they stand now. */
  PartsRead read(FileSystem fileSystem, Path histories) {
    List<SlicePart> sorted = recent.stream().sorted(SlicePart.ORDER).toList();
    if (history == null) {
      return sorted::stream;
    }
    History past = new History(fileSystem, new Path(histories, history));
    return () -> History.merged(past.read(), sorted.stream());
  }

  void add(SliceRecord slice) {
    slice.files().forEach(files::put);
    recent.addAll(slice.parts());
    counts = counts.plus(slice.counts());
    unaccepted = unaccepted.plus(slice.counts());
    slices++;
  }

  /** Some files have been written anew as others. */
  void compact(Collection<String> removed, Map<String, Long> added) {
    files.keySet().removeAll(Set.copyOf(removed));
    files.putAll(added);
  }

  /** Some files are not there any more. */
  void lose(Collection<String> names) {
    long rows = names.stream().mapToLong(this::rows).sum();
    files.keySet().removeAll(Set.copyOf(names));
    gone = new Gone(gone.files() + names.size(), gone.rows() + rows);
  }

  /**
   * A run has come to its end.
   *
   * @param accepted whether it was content with the share of rejects
   */
  void finish(boolean accepted) {
    finished = true;
    if (accepted) {
      unaccepted = RunCounts.NONE;
    }
  }

  boolean hasMuchRecent() {
    return recent.size() > MOST_RECENT;
  }

  /** Puts the recent parts into a new file with all the others. */
  void moveToHistory(FileSystem fileSystem, Path histories, String name) throws IOException {
    new History(fileSystem, new Path(histories, name)).write(read(fileSystem, histories));
    history = name;
    recent.clear();
  }
}
