package io.github.ptcspark.job.report.document;

import io.github.ptcspark.job.report.Printable;
import java.util.Optional;

/**
 * A stretch of a document.
 *
 * @param kind what it is
 * @param text as people see it, what is invisible in it written as its escape
 * @param word the word, of one
 */
public record Segment(Kind kind, String text, Optional<ReadWord> word) {

  /** What a stretch is. */
  public enum Kind {
    /** A word that was read. */
    WORD,
    /** What stands between words and is no word to the model, white space above all. */
    GAP,
    /** Words that were not read. */
    UNREAD
  }

  private static final int SHOWN = 300;

  static Segment of(ReadWord word) {
    return new Segment(Kind.WORD, word.shown(), Optional.of(word));
  }

  static Segment gap(String text) {
    return new Segment(Kind.GAP, Printable.document(text), Optional.empty());
  }

  static Segment unread(String text) {
    return new Segment(
        Kind.UNREAD,
        text.length() <= SHOWN
            ? Printable.document(text)
            : " [%s characters that were not read] ".formatted(text.length()),
        Optional.empty());
  }
}
