package io.github.ptcspark.job.speed;

import java.util.Arrays;

/** Medians. */
public final class Medians {

  private Medians() {}

  /**
   * The middle value, or the mean of the two middle values.
   *
   * @throws IllegalArgumentException if there are no values
   */
  public static double of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("Cannot take a median: there are no values");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
