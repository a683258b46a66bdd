package io.github.ptcspark.pruning.methods;

import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.LayerRange;
import io.github.ptcspark.pruning.LayerWork;
import io.github.ptcspark.pruning.Method;
import io.github.ptcspark.pruning.OptionValues;
import io.github.ptcspark.pruning.PolicyOption;
import io.github.ptcspark.pruning.ProgramStep;
import io.github.ptcspark.pruning.Scope;
import java.util.List;
import java.util.Optional;

/**
 * Local merging (Goetz, Kollovieh, Günnemann and Schwinn, ICML 2025), which is token merging (Bolya
 * et al., ICLR 2023) among near tokens. In a layer the tokens between [CLS] and [SEP] are, by
 * turns, A and B. A token A_i is compared with the B_j of {@code |i - j| < k} by the cosine of
 * their keys, averaged over heads, and may merge into the most similar of them; the most similar
 * pairs do, the earlier one of equals. The token that is left, in the place of B, is the mean of
 * those that merge, weighted by how many tokens each stands for, and later layers attend to it as
 * to so many: the logarithm of the number is added to the attention logits of its key.
 *
 * <p>Means over tokens, of the classifier or of token combining, count a token once, whatever it
 * stands for; token merging weighs them.
 *
 * <p>Pairs are taken up to a share of the tokens, if they are similar enough. A share of 0.5 with a
 * threshold is the paper's dynamic merging; a share alone its constant merging, in proportion to
 * the document because texts differ in length.
 */
public final class LocalMerge extends OptionStep {

  private static final long serialVersionUID = 1L;

  /**
   * Pairs that a layer merges at most, as a share of its tokens, in (0, 0.5]; the standard leaves
   * as many tokens as ratio's does.
   */
  public static final PolicyOption<Double> MERGE_RATIO =
      PolicyOption.number(
          "merge-ratio",
          0.1,
          0,
          0.5,
          "Pairs that a layer merges at most, as a share of its tokens.");

  /** The cosine that pairs are above, in [-1, 1]. */
  public static final PolicyOption<Double> THRESHOLD =
      PolicyOption.between(
          "threshold", -1, -1, 1, "Only pairs merge whose similarity, a cosine, is above this.");

  /**
   * The k of the paper; at 1 only tokens that are next to each other are compared, of which there
   * are half as many pairs as tokens.
   */
  public static final PolicyOption<Integer> NEIGHBOURS =
      PolicyOption.integer(
          "neighbours", 1, 1, "Tokens merge with near ones; 1 for those next to each other.");

  /** The layers that work on fewer tokens. */
  public static final PolicyOption<LayerRange> LAYERS = PruningOptions.layers();

  /** A document never has fewer tokens than this because of merging. */
  public static final PolicyOption<Integer> MINIMUM_TOKENS =
      PolicyOption.integer(
          "minimum-tokens", 8, 2, "A document is never merged into fewer tokens than this.");

  /** The method. */
  public static final Method METHOD =
      new Method(
          "local-merge",
          "Merges near tokens that are most similar, layer by layer.",
          "Goetz, Kollovieh, Günnemann and Schwinn, ICML 2025",
          Optional.of("local_merge"),
          List.of(MERGE_RATIO, THRESHOLD, NEIGHBOURS, LAYERS, MINIMUM_TOKENS),
          LocalMerge::new);

  private LocalMerge(OptionValues values) {
    super(METHOD, values);
  }

  @Override
  public boolean prunes() {
    return true;
  }

  @Override
  public void checkAgainst(EncoderShape encoder) {
    get(LAYERS).checkAgainst(encoder);
  }

  @Override
  public List<ProgramStep> program(EncoderShape encoder, Optional<Combination> combination) {
    return program(
        "local_merge",
        get(MERGE_RATIO),
        get(THRESHOLD),
        get(NEIGHBOURS),
        get(LAYERS).first(),
        last(encoder, combination),
        get(MINIMUM_TOKENS),
        encoder.heads());
  }

  /** The similarities, {@code 2 k - 1} for every A of a layer that may merge. */
  @Override
  public long flops(EncoderShape encoder, Optional<Combination> combination, LayerWork work) {
    long headSize = encoder.hidden() / encoder.heads();
    long similarities = 0;
    for (int layer = get(LAYERS).first() - 1; layer < last(encoder, combination); layer++) {
      long tokens = work.kept().get(layer - 1);
      long a = (tokens - 1) / 2;
      long b = tokens - 2 - a;
      boolean mayMerge =
          tokens > get(MINIMUM_TOKENS) && Math.floor(get(MERGE_RATIO) * tokens + 1e-9) >= 1;
      if (mayMerge && b >= 1) {
        similarities += a * (2 * Math.min(get(NEIGHBOURS), a) - 1);
      }
    }
    return 2 * similarities * headSize;
  }

  private int last(EncoderShape encoder, Optional<Combination> combination) {
    return Math.min(get(LAYERS).last(), Scope.TOKENS.lastLayer(encoder, combination));
  }
}
