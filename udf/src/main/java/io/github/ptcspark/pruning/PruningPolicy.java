package io.github.ptcspark.pruning;

import java.io.Serializable;

/** How a model reduces the tokens of a document while it reads it. */
public sealed interface PruningPolicy extends Serializable permits NoPruning, PtcPolicy {

  /** The name by which users choose the method, as in {@code --policy}. */
  String method();

  /**
   * The last layer that sees word pieces, counted from 1; after it there are combination tokens
   * only.
   *
   * @param layers of the encoder
   */
  int lastWordLayer(int layers);

  /**
   * Checks this policy against an encoder.
   *
   * @throws IllegalArgumentException if the encoder has too few layers for it
   */
  void checkAgainst(EncoderShape encoder);
}
