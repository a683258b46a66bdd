package io.github.ptcspark.job.report.figures;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;

/**
 * Documents that were rejected for one reason.
 *
 * @param code the reason
 * @param examples the first of them by id
 */
public record RejectFigures(String code, long documents, List<Example> examples) {

  /** Copies the list. */
  public RejectFigures {
    examples = List.copyOf(examples);
  }

  /**
   * One of them.
   *
   * @param id its id, cut off where it is very long
   * @param message what was wrong, cut off where it is very long
   */
  public record Example(String id, String message) implements Comparable<Example>, Serializable {

    private static final Comparator<Example> BY_ID =
        Comparator.comparing(Example::id).thenComparing(Example::message);

    @Override
    public int compareTo(Example other) {
      return BY_ID.compare(this, other);
    }
  }
}
