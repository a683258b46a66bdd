package io.github.ptcspark.job.report.figures;

import java.util.List;
import java.util.Optional;

/**
 * An output against another one, called the other.
 *
 * @param other the other as the user named it
 * @param differences what was different when they were made, a sentence each
 * @param totals of the other
 * @param labels every label that occurs in one of them, the most frequent first
 * @param ids which documents could be compared one by one
 * @param scoreDifference mean distance of the scores of documents that have the same label in both
 * @param changes labels before and after, of documents whose label changed, the most frequent first
 * @param documents some of these documents: those with the highest scores in both
 */
public record Comparison(
    String other,
    List<String> differences,
    Totals totals,
    List<LabelCounts> labels,
    Ids ids,
    double scoreDifference,
    List<Change> changes,
    List<ChangedDocument> documents) {

  /** Copies the lists. */
  public Comparison {
    differences = List.copyOf(differences);
    labels = List.copyOf(labels);
    changes = List.copyOf(changes);
    documents = List.copyOf(documents);
  }

  /** Documents with a label in this output and in the other. */
  public record LabelCounts(String label, long here, long other) {}

  /**
   * Documents by whether their ids are in both outputs.
   *
   * @param same in both, once each, with the same label or without one
   * @param changed in both, once each, with another label
   * @param here in this output alone
   * @param other in the other alone
   * @param repeated documents of this output whose id is in both, and more than once in one of
   *     them; they are not compared
   */
  public record Ids(long same, long changed, long here, long other, long repeated) {

    /** Documents that were compared one by one. */
    public long compared() {
      return same + changed;
    }
  }

  /**
   * Documents that had one label and have another; a rejected one has none.
   *
   * @param before in the other output
   * @param after in this one
   */
  public record Change(Optional<String> before, Optional<String> after, long documents) {}

  /**
   * A document whose label changed.
   *
   * @param id its id, cut off where it is very long
   */
  public record ChangedDocument(
      String id,
      Optional<String> before,
      Optional<Double> scoreBefore,
      Optional<String> after,
      Optional<Double> scoreAfter) {}
}
