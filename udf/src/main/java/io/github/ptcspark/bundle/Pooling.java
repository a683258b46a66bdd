package io.github.ptcspark.bundle;

/** What the classifier reads. */
public enum Pooling {
  /** The mean of the output tokens; after combining, of the combination tokens. */
  MEAN("mean"),
  /** BERT's pooler: a dense layer and tanh on the output of [CLS]. */
  CLS_POOLER("cls-pooler");

  private final String text;

  Pooling(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
