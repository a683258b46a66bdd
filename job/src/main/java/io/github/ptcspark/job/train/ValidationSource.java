package io.github.ptcspark.job.train;

import io.github.ptcspark.job.corpus.CorpusOptions;

/** Where validation documents come from. */
public sealed interface ValidationSource {

  /** A corpus of its own, whose one kept column is the label. */
  record OfCorpus(CorpusOptions options) implements ValidationSource {}

  /**
   * A share of every class of the training corpus.
   *
   * @param ratio above 0 and below 1
   */
  record OfRatio(double ratio) implements ValidationSource {

    /** Checks the ratio. */
    public OfRatio {
      if (!(ratio > 0 && ratio < 1)) {
        throw new IllegalArgumentException(
            "Invalid validation ratio: %s (above 0, below 1)".formatted(ratio));
      }
    }
  }
}
