package io.github.ptcspark.job.report.figures;

import java.util.List;

/**
 * How scores and true labels go together, over the labelled documents that have a true label.
 *
 * <p>Expected calibration error (Naeini et al. 2015): the sum over bins of the share of documents
 * in a bin times the distance of its accuracy from its mean score.
 *
 * @param column where the true labels are
 * @param bins by score, those without documents left out
 * @param unlabelled documents without a true label, or that were rejected
 * @param confusions true and predicted labels, the most frequent first
 * @param more whether there are further pairs
 */
public record Reliability(
    String column, List<Bin> bins, long unlabelled, List<Confusion> confusions, boolean more) {

  /** Copies the lists. */
  public Reliability {
    bins = List.copyOf(bins);
    confusions = List.copyOf(confusions);
  }

  /**
   * Documents whose scores are in an interval.
   *
   * @param from the lower end of the scores
   * @param to the upper end
   * @param meanScore their mean score
   * @param accuracy the share of them whose label is the true one
   */
  public record Bin(double from, double to, long documents, double meanScore, double accuracy) {}

  /**
   * Documents with one true and one predicted label.
   *
   * @param label the true one
   */
  public record Confusion(String label, String predicted, long documents) {}

  /** The documents that were compared. */
  public long documents() {
    return bins.stream().mapToLong(Bin::documents).sum();
  }

  /** The share of them with the right label; 0 without documents. */
  public double accuracy() {
    return mean(bins.stream().mapToDouble(bin -> bin.documents() * bin.accuracy()).sum());
  }

  /** Their mean score. */
  public double meanScore() {
    return mean(bins.stream().mapToDouble(bin -> bin.documents() * bin.meanScore()).sum());
  }

  /** The expected calibration error, 0 to 1. */
  public double calibrationError() {
    return mean(
        bins.stream()
            .mapToDouble(bin -> bin.documents() * Math.abs(bin.accuracy() - bin.meanScore()))
            .sum());
  }

  private double mean(double sum) {
    return documents() == 0 ? 0 : sum / documents();
  }
}
