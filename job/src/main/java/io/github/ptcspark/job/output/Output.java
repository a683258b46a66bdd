package io.github.ptcspark.job.output;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.PartsRead;
import io.github.ptcspark.job.output.LockFile.Times;
import io.github.ptcspark.job.output.Publisher.Settled;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The output of one or many runs, which grows slice by slice, as one run has it open.
 *
 * <p>The rows of a slice are written where readers do not look; then a step in the {@link Ledger}
 * commits it; then its files are moved to where readers look. A run that dies in between leaves the
 * rest of the moves to the next. So a reader meets every row of a committed slice once, and no
 * other rows.
 *
 * <p>Rows that are to take the place of others stay where readers do not look until they are
 * complete. Then one step makes them those of the output, and files are taken away and moved to
 * their places; a reader who comes at this moment meets a file that cannot be read.
 */
public final class Output implements AutoCloseable {

  private final String name;
  private final FileSystem files;
  private final Layout layout;
  private final Ledger ledger;
  private final RunLock lock;
  private final Publisher publisher;
  private final Optional<Holder> dead;
  private final OutputState state;
  private final boolean replacing;
  private final Settled found;

  private Output(Opening opening, OutputState state, boolean replacing, Settled found) {
    this.name = opening.view.name();
    this.files = opening.view.files();
    this.layout = opening.view.layout();
    this.ledger = opening.ledger;
    this.lock = opening.lock;
    this.publisher = opening.publisher;
    this.dead = opening.dead;
    this.state = state;
    this.replacing = replacing;
    this.found = found;
  }

  /**
   * Opens an output for a run that classifies, new or with what earlier runs committed; brings to
   * an end what a run that died had begun.
   *
   * @param view the output, which may have changed since it was looked at
   * @param isCovered whether what was read is all of files of the run's corpus, as they are now
   * @throws JobException if it belongs to something else, has another identity and is not to be
   *     replaced, is in use, or cannot be written
   */
  public static Output open(
      OutputView view,
      OutputIdentity identity,
      ExistingOutput existing,
      Predicate<PartsRead> isCovered) {
    return opened(
        view,
        opening -> {
          OutputState state =
              Ledger.read(view.files(), view.layout()).orElseGet(() -> new OutputState(identity));
          state.requireFor(view.name(), identity, existing);
          Settled found = opening.settle(state);
          Set<String> staged = opening.publisher.stagedNames();
          boolean replacing =
              state.prepare(
                  identity,
                  existing,
                  generation ->
                      (generation == state.current() || staged.containsAll(generation.files()))
                          && isCovered.test(view.readOf(generation)));
          return new Output(opening, state, replacing, found);
        });
  }

  /**
   * Opens an output as it is, to change nothing of what it holds.
   *
   * @throws JobException if no run wrote it, it is in use, or cannot be written
   */
  public static Output open(OutputView view) {
    view.requireState();
    return opened(
        view,
        opening -> {
          OutputState state =
              Ledger.read(view.files(), view.layout())
                  .orElseThrow(() -> new IOException("its record is gone"));
          return new Output(opening, state, false, opening.settle(state));
        });
  }

  private static Output opened(OutputView view, Preparation preparation) {
    try {
      Opening opening = new Opening(view);
      try {
        Output opened = preparation.prepare(opening);
        opened.begin();
        return opened;
      } catch (IOException | RuntimeException e) {
        opening.lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw cannotWrite(view.name(), e);
    }
  }

  /** The run that died and left its lock behind, if one did. */
  public Optional<String> dead() {
    return dead.map(Holder::toString);
  }

  /** Files that earlier runs wrote and that were gone when this run came. */
  public List<String> lost() {
    return found.lost();
  }

  /** Files that readers take for rows of this output, and no run of it wrote them. */
  public List<String> foreign() {
    return found.foreign();
  }

  /** What was read so far. */
  public synchronized PartsRead read() {
    return target().read(files, layout.histories());
  }

  /** How many slices were committed so far. */
  public synchronized long slices() {
    return target().slices();
  }

  /** What was written so far. */
  public synchronized RunCounts counts() {
    return target().counts();
  }

  /** What was written since a run was last content with its share of rejects. */
  public synchronized RunCounts unaccepted() {
    return target().unaccepted();
  }

  /** What was written and is not there any more. */
  public synchronized Gone gone() {
    return target().gone();
  }

  /** Rows of a file that readers meet. */
  public synchronized long rows(String file) {
    return state.current().rows(file);
  }

  /** The files that readers met when this run came, by name relative to the output, in bytes. */
  public Map<String, Long> sizes() {
    return found.sizes();
  }

  /** What the rows were made with. */
  public synchronized OutputIdentity identity() {
    return target().identity();
  }

  /** A number that no slice has yet, nor any after it. */
  public synchronized int nextNumber() {
    return state.lastNumber() + 1;
  }

  /** Where to write the rows of a slice. */
  public Path staging(int number) {
    return layout.staging(number, ledger.token());
  }

  /** The output itself, qualified. */
  public Path root() {
    return layout.root();
  }

  /**
   * Commits a slice whose rows are in its staging directory.
   *
   * @throws JobException if another run has taken the output over
   */
  public synchronized void commit(SliceRecord record) throws IOException {
    ledger.append(new Step.Classified(record, replacing), state);
    if (!replacing) {
      publisher.publish(record.files().keySet());
      files.delete(staging(record.number()), true);
    }
    if (ledger.wantsState()) {
      save();
    }
  }

  /** Removes what was written of a slice that will not be committed. */
  public void discard(int number) {
    try {
      files.delete(staging(number), true);
    } catch (IOException e) {
      // The next run removes it.
    }
  }

  /**
   * Has files take the place of others that hold the same rows.
   *
   * @param number of the slice in whose staging directory the new files are
   * @param removed names of the old files
   * @param added names of the new files, and their rows
   */
  public synchronized void compact(int number, Collection<String> removed, Map<String, Long> added)
      throws IOException {
    ledger.append(new Step.Compacted(number, List.copyOf(removed), added), state);
    publisher.settle(state.current().files(), state.superseded());
    state.superseded().clear();
    save();
  }

  /**
   * Ends the run: a replacement takes the place of the rows before it.
   *
   * @param accepted whether the run is content with its share of rejects
   * @param manifest what the output holds, for people and schedulers
   */
  public synchronized void finish(boolean accepted, Object manifest) {
    try {
      if (replacing) {
        ledger.append(new Step.Replaced(), state);
        publisher.settle(state.current().files(), state.superseded());
        state.superseded().clear();
      }
      ledger.append(new Step.Finished(accepted), state);
      save();
      publisher.clear(neededInStaging());
      SmallFiles.replace(files, layout.manifest(), SmallFiles.text(manifest));
    } catch (IOException e) {
      throw cannotWrite(name, e);
    }
  }

  /**
   * The rows of slices of this run, once it has {@linkplain #finish ended}.
   *
   * @param manifest what it said of the output
   */
  public synchronized CommittedRows rowsOf(Collection<SliceRecord> slices, Object manifest) {
    return CommittedRows.of(name, layout, identity(), slices, manifest);
  }

  @Override
  public void close() {
    lock.close();
  }

  private void begin() throws IOException {
    state.superseded().clear();
    save();
    publisher.clear(neededInStaging());
    ledger.removeOthers(state);
  }

  private void save() throws IOException {
    for (Generation generation :
        List.of(state.current(), state.replacement().orElse(state.current()))) {
      if (generation.hasMuchRecent()) {
        String file = "%s-%s.gz".formatted(ledger.name(), generation.slices());
        generation.moveToHistory(files, layout.histories(), file);
      }
    }
    ledger.save(state);
  }

  private Set<String> neededInStaging() {
    return state
        .replacement()
        .map(replacement -> (Set<String>) new HashSet<>(replacement.files()))
        .orElse(Set.of());
  }

  private Generation target() {
    return state.target(replacing && state.replacement().isPresent());
  }

  private static JobException cannotWrite(String output, Exception e) {
    return new JobException("Cannot write %s: %s".formatted(output, JobException.reason(e)), e);
  }

  /** What is to be done between the claim of an output and the first state. */
  private interface Preparation {
    Output prepare(Opening opening) throws IOException;
  }

  /** An output that this run has claimed. */
  private static final class Opening {

    private final OutputView view;
    private final Publisher publisher;
    private final Optional<Holder> dead;
    private final Ledger ledger;
    private final RunLock lock;

    Opening(OutputView view) throws IOException {
      this.view = view;
      publisher = new Publisher(view.files(), view.layout());
      LockFile file = new LockFile(view.files(), view.layout().lock());
      dead = RunLock.leftBehind(file, view.name(), Times.DEFAULT);
      Holder holder = Holder.current();
      ledger = Ledger.claim(view.files(), view.layout(), holder);
      lock = RunLock.take(file, holder, Times.DEFAULT);
    }

    Settled settle(OutputState state) throws IOException {
      Settled found = publisher.settle(state.current().files(), state.superseded());
      state.current().lose(found.lost());
      return found;
    }
  }
}
