package io.github.ptcspark.job.report.document;

/**
 * The colours of a terminal with 256 of them. What has a background has black letters on it, so
 * that it can be read whatever colours the terminal has.
 */
final class Paint {

  private static final int[] GROUPS = {153, 222, 157, 217, 183, 180, 123, 229};
  private static final int[] GREYS = {247, 246, 245, 244, 243, 242, 241};
  private static final int[] FOR = {195, 159, 117, 75};
  private static final int[] AGAINST = {230, 223, 216, 209};

  private Paint() {}

  /** A word that a combination token, counted from 1, took. */
  static String taken(String text, int group) {
    return on(GROUPS[(group - 1) % GROUPS.length], text);
  }

  /** A word that went: a grey for its layer, of those that light and dark terminals both show. */
  static String faded(String text, int layer, int layers) {
    int shade = GREYS.length * (layer - 1) / Math.max(1, layers - 1);
    return "\u001b[38;5;%sm%s\u001b[0m".formatted(GREYS[Math.min(shade, GREYS.length - 1)], text);
  }

  /** A word that speaks for the label or against it, by its share of the largest saliency. */
  static String speaking(String text, double share) {
    int step = (int) Math.round(Math.abs(share) * FOR.length);
    return step == 0 ? text : on(share > 0 ? FOR[step - 1] : AGAINST[step - 1], text);
  }

  private static String on(int background, String text) {
    return "\u001b[38;5;16;48;5;%sm%s\u001b[0m".formatted(background, text);
  }
}
