package io.github.ptcspark.inference;

import java.util.List;

/**
 * A text as a model reads it.
 *
 * @param text itself
 * @param wordPieces in the text
 * @param truncated whether not all of them are read
 * @param windows token ids of what is read, [CLS] and [SEP] included
 */
public record PreparedText(String text, int wordPieces, boolean truncated, List<long[]> windows) {

  /** Tokens that are read. */
  public int tokens() {
    return windows.stream().mapToInt(window -> window.length).sum();
  }
}
