package io.github.ptcspark.job.run;

/** How large a slice is where nobody says it. */
final class SliceSize {

  private static final long MIB = 1024 * 1024;
  private static final long A_CORE = 16 * MIB;
  private static final long SMALLEST = 64 * MIB;
  private static final long LARGEST = 1024 * MIB;

  private SliceSize() {}

  /**
   * Bytes of input that keep so many cores busy for some minutes: at 30 documents of 2 KB a second,
   * 16 MiB are four and a half minutes of a core. That is what is lost when a run dies.
   */
  static long forCores(int cores) {
    return Math.min(LARGEST, Math.max(SMALLEST, A_CORE * cores));
  }
}
