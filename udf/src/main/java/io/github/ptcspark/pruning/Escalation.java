package io.github.ptcspark.pruning;

import java.util.Collections;
import java.util.List;

/**
 * When the answer of a pruned reading is too unsure to be the last word, so that the document is
 * read again in full.
 *
 * @param margin below which an answer is unsure, in (0, 1]
 * @param temperature that scores are scaled by before they are compared, above 0; 1 leaves them as
 *     they are
 */
public record Escalation(double margin, double temperature) {

  /**
   * A rule.
   *
   * @throws IllegalArgumentException if the margin or the temperature cannot be
   */
  public Escalation {
    if (!(margin > 0 && margin <= 1 && temperature > 0)) {
      throw new IllegalArgumentException(
          "Invalid escalation: margin %s, temperature %s".formatted(margin, temperature));
    }
  }

  /** Whether an answer with these scores is unsure. */
  public boolean isUnsure(List<Float> scores) {
    return margin(scores, temperature) < margin;
  }

  /**
   * How far the best class is ahead of the next: the difference of the two largest of {@code
   * softmax(logits / temperature)}. It is computed from scores, the {@code softmax(logits)} that
   * rows have, of which {@code score^(1 / temperature)}, divided by the sum over all classes, is
   * the same; in strict arithmetic, so that it is the same on every machine.
   *
   * @param scores of all classes, at least one
   * @return from 0 to 1; 1 for a single class
   */
  public static double margin(List<Float> scores, double temperature) {
    double largest = Collections.max(scores);
    double best = 0;
    double next = 0;
    double sum = 0;
    for (float score : scores) {
      // Against the largest, so that not all of them become 0 at a low temperature.
      double scaled = temperature == 1 ? score : StrictMath.pow(score / largest, 1 / temperature);
      sum += scaled;
      next = Math.max(next, Math.min(best, scaled));
      best = Math.max(best, scaled);
    }
    return (best - next) / sum;
  }
}
