package io.github.ptcspark.job.report;

import java.util.Locale;

/** Numbers as people read them. */
public final class Numbers {

  private Numbers() {}

  /** A whole number, {@code 1,234}. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** How many there are of what has the same name in the plural but for an s. */
  public static String count(long count, String one) {
    return "%s %s%s".formatted(count(count), one, count == 1 ? "" : "s");
  }

  /** A share of 1 as percent; what is not nothing never reads as 0, nor what is not all as 100. */
  public static String percent(double share) {
    if (share > 0 && share < 0.001) {
      return "< 0.1 %";
    }
    if (share < 1 && share > 0.999) {
      return "> 99.9 %";
    }
    return String.format(
        Locale.ROOT, share == 0 || share == 1 ? "%.0f %%" : "%.1f %%", 100 * share);
  }

  /** A part of a whole as percent. */
  public static String percent(long part, long whole) {
    return percent(whole == 0 ? 0 : (double) part / whole);
  }

  /** A score, three digits behind the point. */
  public static String score(double score) {
    return String.format(Locale.ROOT, "%.3f", score);
  }

  /** A difference of scores or shares of 1, with its sign. */
  public static String difference(double difference) {
    return String.format(Locale.ROOT, "%+.3f", difference);
  }

  /** A difference of whole numbers, with its sign. */
  public static String difference(long difference) {
    return difference == 0 ? "0" : String.format(Locale.ROOT, "%+,d", difference);
  }

  /** Three significant digits or the whole part, {@code 0.00123}, {@code 12.3}, {@code 1,234}. */
  public static String decimal(double value) {
    double size = Math.abs(value);
    if (size == 0 || size >= 100) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    int digits = 2 - (int) Math.floor(Math.log10(size));
    return String.format(Locale.ROOT, "%." + Math.min(digits, 6) + "f", value);
  }

  /** A time in milliseconds in the unit in which people would say it. */
  public static String duration(double millis) {
    if (millis < 1000) {
      return decimal(millis) + " ms";
    }
    double seconds = millis / 1000;
    if (seconds < 120) {
      return decimal(seconds) + " s";
    }
    return seconds < 7200 ? decimal(seconds / 60) + " min" : decimal(seconds / 3600) + " h";
  }
}
