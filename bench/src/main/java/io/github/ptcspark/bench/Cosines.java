package io.github.ptcspark.bench;

import io.github.ptcspark.job.speed.Medians;
import java.util.Arrays;
import java.util.List;

/**
 * How close vectors are to those they stand for.
 *
 * @param median cosine
 * @param minimum cosine
 */
record Cosines(double median, double minimum) {

  /** Compares two lists vector by vector. */
  static Cosines of(List<float[]> vectors, List<float[]> exact) {
    double[] cosines = new double[vectors.size()];
    for (int i = 0; i < cosines.length; i++) {
      cosines[i] = cosine(vectors.get(i), exact.get(i));
    }
    return new Cosines(Medians.of(cosines), Arrays.stream(cosines).min().orElseThrow());
  }

  static double cosine(float[] a, float[] b) {
    double product = 0;
    double squareA = 0;
    double squareB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      squareA += (double) a[i] * a[i];
      squareB += (double) b[i] * b[i];
    }
    return product / Math.sqrt(squareA * squareB);
  }
}
