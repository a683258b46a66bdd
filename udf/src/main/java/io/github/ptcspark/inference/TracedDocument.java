package io.github.ptcspark.inference;

import java.util.List;

/**
 * How a model read a document.
 *
 * @param classification what it says of it, the same as without a trace
 * @param first what it said before it read the document again in full; the same if it did not
 * @param pieces of the document, also those that are not read
 * @param windows what was read at once
 */
public record TracedDocument(
    Classification classification,
    Classification first,
    List<WordPiece> pieces,
    List<TracedWindow> windows) {

  /** Copies the lists. */
  public TracedDocument {
    pieces = List.copyOf(pieces);
    windows = List.copyOf(windows);
  }
}
