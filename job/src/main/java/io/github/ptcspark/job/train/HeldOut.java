package io.github.ptcspark.job.train;

import io.github.ptcspark.job.JobException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;

/**
 * The best logits of documents on which no head was fitted: every example but the first of each
 * class is in one of five folds, and judged by a head that was fitted on the others.
 *
 * @param inside of the examples of the classes
 * @param outside of examples out of scope, divided among the same heads
 * @param accuracy share of the examples of the classes that get the right class
 */
public record HeldOut(List<Double> inside, List<Double> outside, double accuracy) {

  private static final int FOLDS = 5;

  /** Copies the lists. */
  public HeldOut {
    inside = List.copyOf(inside);
    outside = List.copyOf(outside);
  }

  /**
   * Fits the heads.
   *
   * @param embeddings of the examples, those of a class one after another
   * @param labels the label id of each
   * @param outOfScope embeddings of examples out of scope, may be none
   * @throws JobException if every class has one example only
   */
  public static HeldOut of(
      SparkSession session,
      List<double[]> embeddings,
      List<Integer> labels,
      List<double[]> outOfScope) {
    List<Integer> folds = folds(labels);
    int heads = Collections.max(folds);
    if (heads < 1) {
      throw new JobException(
          "Cannot learn what is out of scope: every class has one example only, one class at least"
              + " needs two");
    }
    List<Double> inside = new ArrayList<>();
    List<Double> outside = new ArrayList<>();
    int right = 0;
    for (int fold = 1; fold <= heads; fold++) {
      int held = fold;
      List<Integer> fitted =
          IntStream.range(0, labels.size()).filter(i -> folds.get(i) != held).boxed().toList();
      LogisticHead head =
          LogisticHead.fit(
              session,
              fitted.stream().map(embeddings::get).toList(),
              fitted.stream().map(labels::get).toList());
      for (int i = 0; i < labels.size(); i++) {
        if (folds.get(i) == held) {
          double[] logits = head.logits(embeddings.get(i));
          int best = LogisticHead.best(logits);
          inside.add(logits[best]);
          right += best == labels.get(i) ? 1 : 0;
        }
      }
      for (int i = held - 1; i < outOfScope.size(); i += heads) {
        double[] logits = head.logits(outOfScope.get(i));
        outside.add(logits[LogisticHead.best(logits)]);
      }
    }
    return new HeldOut(inside, outside, (double) right / inside.size());
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
}
