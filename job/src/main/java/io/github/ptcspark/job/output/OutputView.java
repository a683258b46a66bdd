package io.github.ptcspark.job.output;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.PartsRead;
import io.github.ptcspark.spark.FileSystems;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.types.StructField;

/** A look at an output that changes nothing: what a run would find. */
public final class OutputView {

  private static final String FORMER_IDENTITY = "_ptc/output.json";

  private final String name;
  private final FileSystem files;
  private final Layout layout;
  private final Optional<OutputState> state;

  private OutputView(String name, FileSystem files, Layout layout, Optional<OutputState> state) {
    this.name = name;
    this.files = files;
    this.layout = layout;
    this.state = state;
  }

  /**
   * Looks.
   *
   * @throws JobException if it belongs to something else or cannot be read
   */
  public static OutputView of(Configuration configuration, String output) {
    try {
      Path given = new Path(output);
      FileSystem files = FileSystems.of(given, configuration);
      Layout layout = new Layout(files.makeQualified(given));
      if (layout.root().getParent() == null) {
        throw new JobException("Cannot write %s: it is the root directory".formatted(output));
      }
      // A lone look first: stores refuse it at once where they would be asked for a listing for
      // long.
      boolean exists = files.exists(layout.root());
      OutputView view =
          new OutputView(
              output, files, layout, exists ? Ledger.read(files, layout) : Optional.empty());
      if (exists && view.state.isEmpty()) {
        view.refuseForeign();
      }
      return view;
    } catch (IOException | IllegalArgumentException e) {
      throw new JobException("Cannot write %s: %s".formatted(output, JobException.reason(e)), e);
    }
  }

  /** The output as the user named it. */
  String name() {
    return name;
  }

  FileSystem files() {
    return files;
  }

  Layout layout() {
    return layout;
  }

  /** The kept columns of what the output has, with the types that they have there. */
  public List<StructField> keptColumns(ExistingOutput existing) {
    return existing == ExistingOutput.REPLACE
        ? List.of()
        : state.map(found -> found.current().identity().kept()).orElse(List.of());
  }

  /**
   * The exact precision of the rows to which a run would add; nothing if there are none, or it was
   * not recorded.
   */
  public Optional<Precision> precision(ExistingOutput existing) {
    return state
        .filter(found -> existing == ExistingOutput.EXTEND && found.current().slices() > 0)
        .flatMap(found -> found.current().identity().precision());
  }

  /**
   * What the last run that came to its end said of the output to which a run would add; nothing if
   * there is none.
   */
  public Optional<JsonNode> manifest(ExistingOutput existing) {
    if (state.isEmpty() || existing == ExistingOutput.REPLACE) {
      return Optional.empty();
    }
    try {
      return CommittedRows.manifest(files, layout);
    } catch (IOException e) {
      throw new JobException("Cannot read %s: %s".formatted(name, JobException.reason(e)), e);
    }
  }

  /**
   * What a run would go on from.
   *
   * @param isCovered see {@link Output#open}
   * @throws JobException if the run would be refused
   */
  public Begun begun(
      OutputIdentity identity, ExistingOutput existing, Predicate<PartsRead> isCovered) {
    if (state.isEmpty()) {
      return new Begun(PartsRead.NONE, 0);
    }
    state.get().requireFor(name, identity, existing);
    boolean replacing =
        state.get().prepare(identity, existing, generation -> isCovered.test(readOf(generation)));
    Generation target = state.get().target(replacing);
    return new Begun(readOf(target), target.slices());
  }

  /**
   * What earlier runs have done.
   *
   * @param read what they read
   * @param slices how many slices they committed
   */
  public record Begun(PartsRead read, long slices) {}

  /** Makes sure that runs have written here. */
  void requireState() {
    if (state.isEmpty()) {
      throw new JobException("Cannot open %s: no run of ptc wrote it".formatted(name));
    }
  }

  /** What was read for some rows. */
  PartsRead readOf(Generation generation) {
    return generation.read(files, layout.histories());
  }

  private void refuseForeign() throws IOException {
    FileStatus[] children = files.listStatus(layout.root());
    if (files.exists(layout.place(FORMER_IDENTITY))) {
      throw new JobException(
          "Cannot write %s: an older version of ptc wrote it, to which this one cannot add"
              .formatted(name));
    }
    boolean empty = Arrays.stream(children).allMatch(child -> child.getPath().equals(layout.own()));
    if (!empty) {
      throw new JobException(
          "Cannot write %s: it exists and has no _ptc/runs, so no run wrote it".formatted(name));
    }
  }
}
