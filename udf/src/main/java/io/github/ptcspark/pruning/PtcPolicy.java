package io.github.ptcspark.pruning;

/**
 * Pruned Token Compression (Yun, Kim and Kim, Findings of EMNLP 2023): fuzzy token pruning in the
 * first layers, then one layer replaced by a module that combines the tokens into a few.
 *
 * <p>Layers are counted from 1, as in the paper.
 *
 * @param keepRatio the ratio {@code p} of equation 5, in (0, 1]: layer {@code l + 1} keeps {@code
 *     floor(p * t_l)} tokens
 * @param fuzzy how the fuzzy sets of equations 6 and 7 restrict what may be pruned
 * @param scope what a pruned token loses
 * @param firstPrunedLayer the first layer that works on fewer tokens, at least 2 because the scores
 *     come from the layer before it
 * @param every of the layers from the first pruned one on, every so-manieth prunes, to the ratio
 *     raised to that power: {@code p^every} of the tokens; 1 for all of them, as in the paper
 * @param combiningLayer the layer that is replaced by the token combining module, or 0 for none
 * @param combinationTokens number of learnable combination tokens; 0 exactly when there is no
 *     combining layer
 * @param minimumTokens a document is never pruned below this many tokens
 */
public record PtcPolicy(
    double keepRatio,
    Fuzzy fuzzy,
    Scope scope,
    int firstPrunedLayer,
    int every,
    int combiningLayer,
    int combinationTokens,
    int minimumTokens)
    implements PruningPolicy {

  /** The name of this method in files and on the command line. */
  public static final String METHOD = "ptc";

  /** The floor under which no document is pruned, unless a policy says otherwise. */
  public static final int DEFAULT_MINIMUM_TOKENS = 8;

  /** Which tokens the ratio of equation 5 may remove. */
  public enum Fuzzy {
    /** All tokens: plain ratio pruning, "P" in the paper. */
    OFF("off"),
    /**
     * The ratio applies to the candidates only, those with a score of at most {@code a + 0.1 (b -
     * a)}, where a and b are the quartiles of the layer's scores: "PF" in the paper.
     */
    FUZZY("fuzzy"),
    /** As many tokens as without fuzzy sets, but taken from the candidates only. */
    FUZZY_QUOTA("fuzzy-quota");

    private final String text;

    Fuzzy(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** What a pruned token loses. */
  public enum Scope {
    /** Its key and value; its query and hidden state stay, as in the paper. */
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

  /** Checks every component on its own and against the others. */
  public PtcPolicy {
    if (!(keepRatio > 0 && keepRatio <= 1)) {
      throw new IllegalArgumentException(
          "Invalid keep ratio: %s (above 0, at most 1)".formatted(keepRatio));
    }
    if (firstPrunedLayer < 2) {
      throw new IllegalArgumentException(
          "Invalid first pruned layer: %s (at least 2: the scores come from the layer before)"
              .formatted(firstPrunedLayer));
    }
    if (every < 1) {
      throw new IllegalArgumentException(
          "Invalid number of layers that share a pruning: %s (at least 1)".formatted(every));
    }
    if (combiningLayer < 0 || combiningLayer == 1) {
      throw new IllegalArgumentException(
          "Invalid combining layer: %s (0 for none, else at least 2)".formatted(combiningLayer));
    }
    if (combinationTokens < 0 || combinationTokens > 512) {
      throw new IllegalArgumentException(
          "Invalid number of combination tokens: %s (0 to 512)".formatted(combinationTokens));
    }
    if ((combiningLayer == 0) != (combinationTokens == 0)) {
      throw new IllegalArgumentException(
          "Invalid policy: combining layer %s with %s combination tokens (both or neither)"
              .formatted(combiningLayer, combinationTokens));
    }
    if (minimumTokens < 2) {
      throw new IllegalArgumentException(
          "Invalid minimum of tokens: %s (at least 2, [CLS] and [SEP])".formatted(minimumTokens));
    }
  }

  /** The paper's pruning with its ratio, for whole tokens, without combining: needs no training. */
  public static PtcPolicy pruningOnly() {
    return new PtcPolicy(0.9, Fuzzy.FUZZY, Scope.TOKENS, 2, 1, 0, 0, DEFAULT_MINIMUM_TOKENS);
  }

  /**
   * The share of its tokens that a layer which prunes keeps: the ratio of all that it stands for.
   */
  public double stepRatio() {
    return Math.pow(keepRatio, every);
  }

  /** Whether a layer is replaced by the token combining module. */
  public boolean combines() {
    return combiningLayer > 0;
  }

  @Override
  public String method() {
    return METHOD;
  }

  @Override
  public int lastWordLayer(int layers) {
    return combines() ? combiningLayer : layers;
  }

  @Override
  public void checkAgainst(EncoderShape encoder) {
    if (combiningLayer > encoder.layers()) {
      throw new IllegalArgumentException(
          "Invalid combining layer: %s (the model has %s layers)"
              .formatted(combiningLayer, encoder.layers()));
    }
    if (firstPrunedLayer > encoder.layers()) {
      throw new IllegalArgumentException(
          "Invalid first pruned layer: %s (the model has %s layers)"
              .formatted(firstPrunedLayer, encoder.layers()));
    }
  }

  @Override
  public String toString() {
    String pruning =
        "ptc(keep %s, fuzzy %s, scope %s, from layer %s"
            .formatted(keepRatio, fuzzy, scope, firstPrunedLayer);
    if (every > 1) {
      pruning += ", every " + every;
    }
    return combines()
        ? "%s, combine at layer %s into %s tokens)"
            .formatted(pruning, combiningLayer, combinationTokens)
        : pruning + ", no combining)";
  }
}
