package io.github.ptcspark.job.output;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import io.github.ptcspark.job.JobException;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What all steps so far have come to: the rows that readers meet, and those that are to take their
 * place, if a run is or was about to replace them.
 */
@JsonAutoDetect(
    fieldVisibility = Visibility.ANY,
    getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE)
final class OutputState {

  private static final int FORMAT_VERSION = 3;

  private final int formatVersion;
  private Generation current;
  private Generation replacement;
  private final Set<String> superseded = new HashSet<>();
  private int lastNumber;

  @SuppressWarnings("unused") // Jackson begins with it.
  private OutputState() {
    this.formatVersion = 0;
  }

  /** The state of a new output. */
  OutputState(OutputIdentity identity) {
    this.formatVersion = FORMAT_VERSION;
    this.current = new Generation(identity);
  }

  /**
   * Makes sure that this version of ptc understands it.
   *
   * @param where it was read, for the message
   */
  void requireReadable(String where) throws IOException {
    if (formatVersion != FORMAT_VERSION) {
      throw new IOException(
          "%s is of format %s, and this version of ptc reads format %s"
              .formatted(where, formatVersion, FORMAT_VERSION));
    }
  }

  /**
   * Makes sure that a run with this identity may write here.
   *
   * @param name the output, for the message
   * @throws JobException if it may not, with what differs
   */
  void requireFor(String name, OutputIdentity identity, ExistingOutput existing) {
    List<String> differences = current.identity().differencesTo(identity);
    if (existing == ExistingOutput.EXTEND && current.slices() > 0 && !differences.isEmpty()) {
      throw new JobException(
          "Cannot add to %s: it has %s; --overwrite replaces it"
              .formatted(name, String.join("; ", differences)));
    }
  }

  /** The rows that readers meet. */
  Generation current() {
    return current;
  }

  /** The rows that are to take their place. */
  Optional<Generation> replacement() {
    return Optional.ofNullable(replacement);
  }

  /** The largest number of a slice. */
  int lastNumber() {
    return lastNumber;
  }

  /** Files whose place others have taken; they may still be there. */
  Set<String> superseded() {
    return superseded;
  }

  /** The rows that a run adds to: those that are to take the place of others, if there are any. */
  Generation target(boolean replacing) {
    return replacing ? replacement : current;
  }

  /**
   * Makes ready for a run.
   *
   * @param isCovered whether what was read is all of the run's corpus as it is now, so that a run
   *     that classifies everything anew may go on from there
   * @return whether rows are written that take the place of those that readers meet
   */
  boolean prepare(
      OutputIdentity identity, ExistingOutput existing, Predicate<Generation> isCovered) {
    if (existing == ExistingOutput.EXTEND || current.slices() == 0) {
      if (current.slices() == 0 && !current.identity().equals(identity)) {
        current = new Generation(identity);
      }
      return false;
    }
    if (replacement != null && goesOn(replacement, identity, isCovered)) {
      return true;
    }
    replacement = null;
    if (!current.isFinished() && goesOn(current, identity, isCovered)) {
      return false;
    }
    replacement = new Generation(identity);
    return true;
  }

  void apply(Step step) {
    if (step instanceof Step.Classified classified) {
      target(classified.replacing()).add(classified.slice());
      lastNumber = Math.max(lastNumber, classified.slice().number());
    } else if (step instanceof Step.Compacted compacted) {
      current.compact(compacted.removed(), compacted.added());
      superseded.addAll(compacted.removed());
      lastNumber = Math.max(lastNumber, compacted.number());
    } else if (step instanceof Step.Finished finished) {
      current.finish(finished.accepted());
    } else if (step instanceof Step.Replaced) {
      superseded.addAll(current.files());
      current = replacement;
      replacement = null;
    }
  }

  private static boolean goesOn(
      Generation generation, OutputIdentity identity, Predicate<Generation> isCovered) {
    return generation.identity().equals(identity)
        && generation.gone().equals(Gone.NONE)
        && isCovered.test(generation);
  }
}
