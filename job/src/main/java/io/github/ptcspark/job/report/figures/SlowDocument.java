package io.github.ptcspark.job.report.figures;

import java.io.Serializable;
import java.util.Comparator;

/**
 * A document that took long.
 *
 * @param id its id, cut off where it is very long
 * @param outcome its label, or the code of the reason why it has none
 * @param tokens tokens that entered the model; 0 if none did
 */
public record SlowDocument(String id, String outcome, long tokens, double millis)
    implements Comparable<SlowDocument>, Serializable {

  private static final Comparator<SlowDocument> SLOWEST_FIRST =
      Comparator.comparing(SlowDocument::millis).reversed().thenComparing(SlowDocument::id);

  /** The slowest first, in the order of ids if they took equally long. */
  @Override
  public int compareTo(SlowDocument other) {
    return SLOWEST_FIRST.compare(this, other);
  }
}
