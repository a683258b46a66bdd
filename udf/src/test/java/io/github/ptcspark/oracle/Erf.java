package io.github.ptcspark.oracle;

/** The error function, to about 1e-15. */
final class Erf {

  private Erf() {}

  /**
   * {@code erf(x) = 2 / sqrt(pi) * exp(-x^2) * sum_k 2^k x^(2k+1) / (1 * 3 * ... * (2k+1))}
   *
   * <p>All terms have the sign of x, so nothing cancels (Abramowitz and Stegun, 7.1.6). Beyond 6
   * the result differs from 1 by less than a double can show.
   */
  static double erf(double x) {
    if (Math.abs(x) > 6) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int k = 1; Math.abs(term) > 1e-18 * Math.abs(sum); k++) {
      term *= 2 * x * x / (2 * k + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /** {@code gelu(x) = x / 2 * (1 + erf(x / sqrt(2)))} */
  static double gelu(double x) {
    return x / 2 * (1 + erf(x / Math.sqrt(2)));
  }
}
