package io.github.ptcspark.oracle;

import io.github.ptcspark.pruning.EncoderShape;

/** Counts the floating-point operations of matrix products, product by product. */
public final class Products {

  private final EncoderShape encoder;
  private long flops;

  /** No product yet. */
  public Products(EncoderShape encoder) {
    this.encoder = encoder;
  }

  /** Two for each multiply-add. */
  public long flops() {
    return flops;
  }

  /** Projections and attention of a layer. */
  public void attention(int queries, int keys) {
    int hidden = encoder.hidden();
    int headSize = hidden / encoder.heads();
    add(queries, hidden, hidden); // Q
    add(keys, hidden, hidden); // K
    add(keys, hidden, hidden); // V
    for (int head = 0; head < encoder.heads(); head++) {
      add(queries, headSize, keys); // Q K^T
      add(queries, keys, headSize); // A V
    }
  }

  /** The rest of a layer. */
  public void transformation(int rows) {
    int hidden = encoder.hidden();
    add(rows, hidden, hidden); // W_o
    add(rows, hidden, encoder.intermediate()); // W_1
    add(rows, encoder.intermediate(), hidden); // W_2
  }

  /** {@code [rows, inner]} times {@code [inner, columns]}. */
  public void add(int rows, int inner, int columns) {
    flops += 2L * rows * inner * columns;
  }
}
