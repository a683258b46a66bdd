package io.github.ptcspark.job.output;

/**
 * Files that were written and that somebody has removed since.
 *
 * @param files how many
 * @param rows what they held
 */
public record Gone(long files, long rows) {

  /** All that was written is there. */
  public static final Gone NONE = new Gone(0, 0);
}
