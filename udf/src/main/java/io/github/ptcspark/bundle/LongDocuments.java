package io.github.ptcspark.bundle;

/** What is read of a document that has more tokens than the model reads at once. */
public enum LongDocuments {
  /** The beginning. */
  TRUNCATE("truncate"),
  /** A quarter from the beginning, three quarters from the end. */
  HEAD_TAIL("head-tail"),
  /** Everything, in overlapping windows; the logits are the mean over the windows. */
  WINDOWS("windows");

  private final String text;

  LongDocuments(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
