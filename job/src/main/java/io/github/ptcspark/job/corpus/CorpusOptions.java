package io.github.ptcspark.job.corpus;

import java.util.List;
import java.util.Optional;

/**
 * Which documents to read.
 *
 * @param inputs files, directories or globs, at least one
 * @param format name of the format; guessed from the file extensions if absent
 * @param idColumn column with the id; made from file and position if absent
 * @param textColumn column with the text; {@code text} if absent
 * @param keepColumns columns to carry along to the output
 */
public record CorpusOptions(
    List<String> inputs,
    Optional<String> format,
    Optional<String> idColumn,
    Optional<String> textColumn,
    List<String> keepColumns) {

  /** Copies the lists. */
  public CorpusOptions {
    inputs = List.copyOf(inputs);
    keepColumns = List.copyOf(keepColumns);
  }
}
