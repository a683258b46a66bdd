package io.github.ptcspark.job.speed;

/** What a measurement reads. */
public enum Clock {
  /** Time as it passes: what users wait for. */
  WALL("wall"),
  /**
   * Processor time of the measuring thread. On a core that nobody else uses it is the same; on a
   * busy one it leaves out the time in which others ran.
   */
  CPU("cpu");

  private final String text;

  Clock(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
