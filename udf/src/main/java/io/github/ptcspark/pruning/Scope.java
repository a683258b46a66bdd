package io.github.ptcspark.pruning;

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

  @Override
  public String toString() {
    return text;
  }
}
