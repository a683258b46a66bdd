package io.github.ptcspark.job.report;

import org.apache.commons.math3.distribution.BetaDistribution;

/**
 * Exact bounds of the share of which a sample was drawn (Clopper and Pearson, The use of confidence
 * or fiducial limits, Biometrika 26, 1934).
 */
public final class ExactBounds {

  private ExactBounds() {}

  /**
   * The share below which so many or more have a probability of at most {@code risk}.
   *
   * @param many of the sample
   * @param sample at least {@code many}
   */
  public static double lower(long many, long sample, double risk) {
    return many == 0
        ? 0
        : new BetaDistribution((double) many, sample - many + 1.0)
            .inverseCumulativeProbability(risk);
  }

  /** The share above which so many or fewer have a probability of at most {@code risk}. */
  public static double upper(long many, long sample, double risk) {
    return 1 - lower(sample - many, sample, risk);
  }
}
