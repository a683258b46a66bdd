package io.github.ptcspark.job.train;

import io.github.ptcspark.job.JobException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;

/**
 * The logit that separates documents of the classes from those of none: a document is out of scope
 * if its best logit is lower. The logits of a {@link LogisticHead} sum to 0, so the best one says
 * how far a document is from being like all classes alike (the maximum logit of Hendrycks et al.,
 * Scaling Out-of-Distribution Detection for Real-World Settings, ICML 2022).
 *
 * <p>It is learnt of logits of documents on which the head was not fitted: every example is in one
 * of five folds, and judged by a head that was fitted on the others; but for one example of every
 * class, which all heads are fitted on.
 *
 * @param logit the threshold
 * @param kept share of the held-out examples of the classes that have a best logit not below it
 * @param refused share of the examples out of scope that are below it; absent without such examples
 * @param accuracy share of the held-out examples of the classes with the right class, whatever the
 *     threshold
 */
public record ScopeThreshold(double logit, double kept, Optional<Double> refused, double accuracy) {

  /**
   * Of a hundred documents of the classes so many are to be kept if there is nothing else to go by.
   */
  static final double KEPT = 0.95;

  private static final int FOLDS = 5;

  /**
   * Learns a threshold.
   *
   * @param embeddings of the examples, those of a class one after another
   * @param labels the label id of each
   * @param outOfScope embeddings of examples out of scope, may be none
   * @throws JobException if every class has one example only
   */
  static ScopeThreshold learn(
      SparkSession session,
      List<double[]> embeddings,
      List<Integer> labels,
      List<double[]> outOfScope) {
    List<Integer> folds = folds(labels);
    if (Collections.max(folds) < 1) {
      throw new JobException(
          "Cannot learn what is out of scope: every class has one example only, one class at least"
              + " needs two");
    }
    List<Double> inside = new ArrayList<>();
    List<Double> outside = new ArrayList<>();
    int right = 0;
    for (int fold = 1; fold <= Collections.max(folds); fold++) {
      int held = fold;
      List<Integer> others =
          IntStream.range(0, labels.size()).filter(i -> folds.get(i) != held).boxed().toList();
      LogisticHead head =
          LogisticHead.fit(
              session,
              others.stream().map(embeddings::get).toList(),
              others.stream().map(labels::get).toList());
      for (int i = 0; i < labels.size(); i++) {
        if (folds.get(i) == held) {
          double[] logits = head.logits(embeddings.get(i));
          inside.add(logits[LogisticHead.best(logits)]);
          right += LogisticHead.best(logits) == labels.get(i) ? 1 : 0;
        }
      }
      for (int i = held - 1; i < outOfScope.size(); i += Collections.max(folds)) {
        double[] logits = head.logits(outOfScope.get(i));
        outside.add(logits[LogisticHead.best(logits)]);
      }
    }
    double logit = outside.isEmpty() ? keeping(inside) : between(inside, outside);
    return new ScopeThreshold(
        logit,
        notBelow(inside, logit),
        outside.isEmpty() ? Optional.empty() : Optional.of(1 - notBelow(outside, logit)),
        (double) right / inside.size());
  }

  /** The fold of each example, from 1; 0 for the first of a class, which no head goes without. */
  private static List<Integer> folds(List<Integer> labels) {
    List<Integer> folds = new ArrayList<>();
    int place = 0;
    for (int i = 0; i < labels.size(); i++) {
      place = i > 0 && labels.get(i).equals(labels.get(i - 1)) ? place + 1 : 0;
      folds.add(place == 0 ? 0 : 1 + (place - 1) % FOLDS);
    }
    return folds;
  }

  /** The largest threshold that keeps so many of the documents of the classes. */
  static double keeping(List<Double> inside) {
    List<Double> sorted = inside.stream().sorted().toList();
    return sorted.get((int) Math.floor((1 - KEPT) * sorted.size()));
  }

  /**
   * The threshold with the largest sum of the shares that are right on either side, however many
   * there are of each (Youden's index); of equal ones the lowest, in the middle of its gap.
   */
  static double between(List<Double> inside, List<Double> outside) {
    List<Double> all = new ArrayList<>(inside);
    all.addAll(outside);
    Collections.sort(all);
    double best = all.get(0);
    double most = notBelow(inside, best) - notBelow(outside, best);
    for (int i = 1; i < all.size(); i++) {
      double threshold = (all.get(i - 1) + all.get(i)) / 2;
      double sum = notBelow(inside, threshold) - notBelow(outside, threshold);
      if (sum > most) {
        most = sum;
        best = threshold;
      }
    }
    return best;
  }

  private static double notBelow(List<Double> values, double threshold) {
    return values.stream().filter(value -> value >= threshold).count() / (double) values.size();
  }
}
