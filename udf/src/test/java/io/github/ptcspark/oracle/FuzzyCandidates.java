package io.github.ptcspark.oracle;

import java.util.Arrays;

/** Which tokens fuzzy pruning may remove: the complement of {@code I - U} of section 1.3. */
final class FuzzyCandidates {

  private FuzzyCandidates() {}

  /**
   * {@code a + 0.1 (b - a)}, where a and b are the 0.25 and 0.75 quantiles of the scores. A token
   * is a candidate if its score is not above it: {@code U(S) = (b - S) / (b - a) >= 0.9} says the
   * same, and {@code I(S) < 0.01} implies it.
   */
  static double threshold(double[] scores) {
    double a = quantile(scores, 0.25);
    double b = quantile(scores, 0.75);
    return a + 0.1 * (b - a);
  }

  /**
   * {@code s_i + (r - i) (s_{i+1} - s_i)} for the sorted scores {@code s_0 <= ... <= s_{N-1}},
   * {@code r = q (N - 1)} and {@code i = floor(r)}.
   */
  static double quantile(double[] scores, double q) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    double rank = q * (sorted.length - 1);
    int below = (int) Math.floor(rank);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
  }
}
