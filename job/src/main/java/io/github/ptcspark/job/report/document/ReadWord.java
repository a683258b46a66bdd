package io.github.ptcspark.job.report.document;

import io.github.ptcspark.job.report.Printable;
import java.util.List;

/**
 * A word as a model read it: what its tokenizer takes for one, or one of the tokens that it puts
 * around what it reads.
 *
 * @param text as it stands in the document, or [CLS] or [SEP]
 * @param special whether it is not in the document
 * @param start its first character, in UTF-16 units
 * @param end the one behind its last
 * @param firstPiece the place of its first word piece in the document
 * @param pieces how many it has in this window
 * @param lastLayer the last layer that read one of them, counted from 1
 * @param stayed whether one of them was never pruned
 * @param groups the combination tokens that took them, counted from 1, those first that took most;
 *     empty if none did
 * @param saliency gradient times input, summed over its pieces
 */
public record ReadWord(
    String text,
    boolean special,
    int start,
    int end,
    int firstPiece,
    int pieces,
    int lastLayer,
    boolean stayed,
    List<Integer> groups,
    double saliency) {

  /** Copies the list. */
  public ReadWord {
    groups = List.copyOf(groups);
  }

  /** The text as people see it, what is invisible in it written as its escape. */
  public String shown() {
    return special ? text : Printable.document(text);
  }

  /** The same in a line. */
  public String inLine() {
    return shown().replaceAll("\\s+", " ");
  }
}
