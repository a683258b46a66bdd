package io.github.ptcspark.pruning;

import java.util.Optional;

/** What a pruned token loses. */
public enum Scope {
  /** Its key and value; its query and hidden state stay, as in PTC's paper. */
  KEYS_VALUES("keys-values"),
  /** Everything: later layers do not see the token at all. */
  TOKENS("tokens");

  private final String text;

  Scope(String text) {
    this.text = text;
  }

  /**
   * The last layer that can work on fewer tokens because some were pruned: whole tokens go before
   * they are combined, keys and values matter to the layers before only.
   */
  public int lastLayer(EncoderShape encoder, Optional<Combination> combination) {
    return combination
        .map(at -> this == TOKENS ? at.layer() : at.layer() - 1)
        .orElse(encoder.layers());
  }

  /** As the program reads it: 1 for whole tokens. */
  public double code() {
    return this == TOKENS ? 1 : 0;
  }

  @Override
  public String toString() {
    return text;
  }
}
