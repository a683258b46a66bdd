package io.github.ptcspark.pruning;

/** Every layer works on every token: plain BERT. */
public record NoPruning() implements PruningPolicy {

  /** The name of this method in files and on the command line. */
  public static final String METHOD = "none";

  @Override
  public String method() {
    return METHOD;
  }

  @Override
  public int lastWordLayer(int layers) {
    return layers;
  }

  @Override
  public void checkAgainst(EncoderShape encoder) {}

  @Override
  public String toString() {
    return METHOD;
  }
}
