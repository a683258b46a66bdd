package io.github.ptcspark.job.tune;

import io.github.ptcspark.job.corpus.CorpusOptions;
import java.util.Optional;

/**
 * Which documents to compare policies on.
 *
 * @param corpus without kept columns
 * @param labelColumn with true labels
 * @param documents how many to draw at most
 * @param seed which are drawn
 */
public record SampleOptions(
    CorpusOptions corpus, Optional<String> labelColumn, int documents, long seed) {

  /**
   * Options.
   *
   * @throws IllegalArgumentException if no document is to be drawn
   */
  public SampleOptions {
    if (documents < 1) {
      throw new IllegalArgumentException(
          "Invalid value for --documents: %s (at least 1)".formatted(documents));
    }
  }

  /** The corpus with the label as its one kept column, if there is one. */
  CorpusOptions labelled() {
    return new CorpusOptions(
        corpus.inputs(),
        corpus.format(),
        corpus.idColumn(),
        corpus.textColumn(),
        labelColumn.stream().toList(),
        corpus.textOptions());
  }

  /** Where they are from, for messages. */
  String source() {
    return String.join(", ", corpus.inputs());
  }
}
