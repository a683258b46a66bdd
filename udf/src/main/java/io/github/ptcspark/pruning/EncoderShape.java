package io.github.ptcspark.pruning;

/**
 * The sizes of a BERT encoder that decide what a document costs.
 *
 * @param layers number of encoder layers
 * @param hidden width of a token's hidden state
 * @param heads attention heads of a layer; {@code hidden} is a multiple of it
 * @param intermediate width of the feed-forward network's inner layer
 */
public record EncoderShape(int layers, int hidden, int heads, int intermediate) {

  /** Checks that the sizes belong together. */
  public EncoderShape {
    if (layers < 1 || hidden < 1 || heads < 1 || intermediate < 1) {
      throw new IllegalArgumentException(
          "Invalid encoder sizes: layers %s, hidden %s, heads %s, intermediate %s"
              .formatted(layers, hidden, heads, intermediate));
    }
    if (hidden % heads != 0) {
      throw new IllegalArgumentException(
          "Invalid number of attention heads: %s does not divide the hidden size %s"
              .formatted(heads, hidden));
    }
  }
}
