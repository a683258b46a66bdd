package io.github.ptcspark.job.run;

import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.job.output.ExistingOutput;
import io.github.ptcspark.spark.Audit;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a classification run is to do.
 *
 * @param model directory of the bundle, see {@link io.github.ptcspark.spark.BundleLocation}
 * @param changes what differs from the bundle's own settings
 * @param corpus which documents
 * @param output directory to write or to add to
 * @param existing what to do with an output that exists
 * @param partitionColumns columns whose values become directories of the output
 * @param sliceBytes bytes of input that are classified and committed as one; by the number of cores
 *     if absent
 * @param maxRejectRatio largest share of rejected documents with which a run succeeds, 0 to 1
 * @param audit which documents are classified in full too
 * @param strictPromise whether a run is refused that the model's promise says nothing of
 */
public record ClassifyOptions(
    String model,
    SettingsChanges changes,
    CorpusOptions corpus,
    String output,
    ExistingOutput existing,
    List<String> partitionColumns,
    Optional<Long> sliceBytes,
    double maxRejectRatio,
    Audit audit,
    boolean strictPromise) {

  private static final Set<String> PARTITION_COLUMNS = Set.of("label", "status");

  /** Checks the values. */
  public ClassifyOptions {
    partitionColumns = List.copyOf(partitionColumns);
    for (String name : partitionColumns) {
      if (!PARTITION_COLUMNS.contains(name) && !corpus.keepColumns().contains(name)) {
        throw new IllegalArgumentException(
            "Invalid partition column: \"%s\" (label, status, or a kept column)".formatted(name));
      }
    }
    if (sliceBytes.isPresent() && sliceBytes.get() < 1) {
      throw new IllegalArgumentException(
          "Invalid slice size: %s (at least 1 byte)".formatted(sliceBytes.get()));
    }
    if (!(maxRejectRatio >= 0 && maxRejectRatio <= 1)) {
      throw new IllegalArgumentException(
          "Invalid max reject ratio: %s (0 to 1)".formatted(maxRejectRatio));
    }
  }
}
