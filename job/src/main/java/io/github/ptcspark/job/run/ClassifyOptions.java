package io.github.ptcspark.job.run;

import io.github.ptcspark.job.corpus.CorpusOptions;

/**
 * What a classification run is to do.
 *
 * @param model directory of the bundle
 * @param changes what differs from the bundle's own settings
 * @param corpus which documents
 * @param output directory to write
 * @param existing what to do if the output exists
 * @param maxRejectRatio largest share of rejected documents with which a run succeeds, 0 to 1
 */
public record ClassifyOptions(
    String model,
    SettingsChanges changes,
    CorpusOptions corpus,
    String output,
    ExistingOutput existing,
    double maxRejectRatio) {

  /** What to do with an output that exists. */
  public enum ExistingOutput {
    /** Leave it alone and stop. */
    REFUSE,
    /** Replace it once the new one is complete. */
    REPLACE
  }

  /** Checks the ratio. */
  public ClassifyOptions {
    if (!(maxRejectRatio >= 0 && maxRejectRatio <= 1)) {
      throw new IllegalArgumentException(
          "Invalid max reject ratio: %s (0 to 1)".formatted(maxRejectRatio));
    }
  }
}
