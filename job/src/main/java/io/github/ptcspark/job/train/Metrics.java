package io.github.ptcspark.job.train;

import java.util.ArrayList;
import java.util.List;

/**
 * How well labels were predicted, from the confusion matrix.
 *
 * <p>With TP, FP and FN of a class: precision is TP / (TP + FP), recall TP / (TP + FN), F1 their
 * harmonic mean 2 TP / (2 TP + FP + FN); each is 0 where it divides by 0. Macro F1 is the mean over
 * the classes that occur, among the true or the predicted labels; micro F1 sums TP, FP and FN over
 * the classes first and so equals accuracy, since every document has one label.
 */
public final class Metrics {

  private final List<String> labels;
  private final long[][] confusion;

  /**
   * Metrics of a confusion matrix.
   *
   * @param labels names of the classes
   * @param confusion documents by the id of their true label, then by that of the predicted one
   */
  public Metrics(List<String> labels, long[][] confusion) {
    this.labels = List.copyOf(labels);
    this.confusion = new long[labels.size()][];
    for (int label = 0; label < labels.size(); label++) {
      this.confusion[label] = confusion[label].clone();
    }
  }

  /**
   * How well one class was predicted.
   *
   * @param support documents of the class
   * @param predicted documents that were given its label
   */
  public record ClassMetrics(
      String label, double precision, double recall, double f1, long support, long predicted) {}

  /**
   * One cell outside the diagonal.
   *
   * @param label the true label
   * @param predicted the label that was predicted instead
   */
  public record Confusion(String label, String predicted, long documents) {}

  /** Names of the classes. */
  public List<String> labels() {
    return labels;
  }

  /** Documents by the id of the true label and that of the predicted one. */
  public long documents(int label, int predicted) {
    return confusion[label][predicted];
  }

  /** All documents. */
  public long documents() {
    long sum = 0;
    for (int label = 0; label < labels.size(); label++) {
      sum += support(label);
    }
    return sum;
  }

  /** Share of the documents with the right label; 0 without documents. */
  public double accuracy() {
    return ratio(correct(), documents());
  }

  /** Mean F1 of the classes that occur. */
  public double macroF1() {
    return classes().stream()
        .filter(one -> one.support() + one.predicted() > 0)
        .mapToDouble(ClassMetrics::f1)
        .average()
        .orElse(0);
  }

  /** F1 of the sums over all classes. */
  public double microF1() {
    long wrong = documents() - correct();
    return ratio(2 * correct(), 2 * correct() + wrong + wrong);
  }

  /** Every class by label id. */
  public List<ClassMetrics> classes() {
    List<ClassMetrics> classes = new ArrayList<>(labels.size());
    for (int label = 0; label < labels.size(); label++) {
      long right = confusion[label][label];
      long support = support(label);
      long predicted = predicted(label);
      classes.add(
          new ClassMetrics(
              labels.get(label),
              ratio(right, predicted),
              ratio(right, support),
              ratio(2 * right, support + predicted),
              support,
              predicted));
    }
    return classes;
  }

  /** The mistakes by kind, the most frequent first. */
  public List<Confusion> confusions() {
    List<Confusion> confusions = new ArrayList<>();
    for (int label = 0; label < labels.size(); label++) {
      for (int predicted = 0; predicted < labels.size(); predicted++) {
        if (label != predicted && confusion[label][predicted] > 0) {
          confusions.add(
              new Confusion(labels.get(label), labels.get(predicted), confusion[label][predicted]));
        }
      }
    }
    confusions.sort((one, other) -> Long.compare(other.documents(), one.documents()));
    return confusions;
  }

  private long correct() {
    long sum = 0;
    for (int label = 0; label < labels.size(); label++) {
      sum += confusion[label][label];
    }
    return sum;
  }

  private long support(int label) {
    long sum = 0;
    for (long documents : confusion[label]) {
      sum += documents;
    }
    return sum;
  }

  private long predicted(int label) {
    long sum = 0;
    for (long[] row : confusion) {
      sum += row[label];
    }
    return sum;
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
