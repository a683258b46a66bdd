package io.github.ptcspark.job.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The logit that separates documents of the classes from those of none: a document is out of scope
 * if its best logit is lower. The logits of a {@link LogisticHead} sum to 0, so the best one says
 * how far a document is from being like all classes alike (the maximum logit of Hendrycks et al.,
 * Scaling Out-of-Distribution Detection for Real-World Settings, ICML 2022).
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

  /**
   * Learns a threshold: {@link #between} if there are examples out of scope, else {@link #keeping}.
   */
  public static ScopeThreshold of(HeldOut heldOut) {
    List<Double> inside = heldOut.inside();
    List<Double> outside = heldOut.outside();
    double logit = outside.isEmpty() ? keeping(inside) : between(inside, outside);
    return new ScopeThreshold(
        logit,
        notBelow(inside, logit),
        outside.isEmpty() ? Optional.empty() : Optional.of(1 - notBelow(outside, logit)),
        heldOut.accuracy());
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
