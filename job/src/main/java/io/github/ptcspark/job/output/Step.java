package io.github.ptcspark.job.output;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a run does to an output: a step is done once its file in the {@link Ledger} is whole. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "step")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Step.Classified.class, name = "classified"),
  @JsonSubTypes.Type(value = Step.Replaced.class, name = "replaced"),
  @JsonSubTypes.Type(value = Step.Compacted.class, name = "compacted"),
  @JsonSubTypes.Type(value = Step.Finished.class, name = "finished"),
})
sealed interface Step {

  /**
   * A slice was classified and its rows are written.
   *
   * @param replacing whether they are to take the place of others, and not yet to be seen
   */
  record Classified(SliceRecord slice, boolean replacing) implements Step {}

  /** The rows that were to take the place of others do so now. */
  record Replaced() implements Step {}

  /**
   * Files were written anew as fewer.
   *
   * @param number of the slice whose number the new files have
   * @param removed names of the old files
   * @param added names of the new files with their rows
   */
  record Compacted(int number, List<String> removed, Map<String, Long> added) implements Step {
    public Compacted {
      removed = List.copyOf(removed);
      added = new TreeMap<>(added);
    }
  }

  /**
   * A run has come to its end.
   *
   * @param accepted whether it was content with the share of rejects
   */
  record Finished(boolean accepted) implements Step {}
}
