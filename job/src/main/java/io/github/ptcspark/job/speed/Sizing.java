package io.github.ptcspark.job.speed;

/**
 * A corpus to be done in a given time.
 *
 * @param documents how many
 * @param hours in how many hours
 */
public record Sizing(long documents, double hours) {

  private static final double SECONDS_PER_HOUR = 3600;

  /** Checks that there is something to do and time to do it. */
  public Sizing {
    if (documents < 1 || !(hours > 0) || Double.isInfinite(hours)) {
      throw new IllegalArgumentException(
          "Invalid corpus: %s documents in %s hours (at least 1 document, more than 0 hours)"
              .formatted(documents, hours));
    }
  }

  /**
   * Cores that are needed.
   *
   * @param documentsPerSecond of one core
   */
  public long cores(double documentsPerSecond) {
    return (long) Math.ceil(documents / (documentsPerSecond * SECONDS_PER_HOUR * hours));
  }

  /**
   * Hours of one core.
   *
   * @param documentsPerSecond of one core
   */
  public double coreHours(double documentsPerSecond) {
    return documents / (documentsPerSecond * SECONDS_PER_HOUR);
  }
}
