package io.github.ptcspark.inference;

import java.util.List;

/**
 * How a model read a document.
 *
 * @param classification what it says of it, the same as without a trace
 * @param pieces of the document, also those that are not read
 * @param windows what was read at once
 */
public record TracedDocument(
    Classification classification, List<WordPiece> pieces, List<TracedWindow> windows) {

  /** Copies the lists. */
  public TracedDocument {
    pieces = List.copyOf(pieces);
    windows = List.copyOf(windows);
  }
}
