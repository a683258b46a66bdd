package io.github.ptcspark.pruning.methods;

import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.LayerRange;
import io.github.ptcspark.pruning.Method;
import io.github.ptcspark.pruning.OptionValues;
import io.github.ptcspark.pruning.PolicyOption;
import io.github.ptcspark.pruning.ProgramStep;
import io.github.ptcspark.pruning.Scope;
import java.util.List;
import java.util.Optional;

/**
 * Cross-attention token pruning (CATP; Liao et al., 2024, arXiv 2404.08567), for an encoder. There
 * the tokens of an image vote for the query tokens that read them; a vote is an attention
 * probability, votes are summed over heads and layers, and voters count by their own importance.
 *
 * <p>BERT has no cross-attention. In a policy that combines words, the combination tokens are what
 * reads the words, and they alone vote: every one counts the same. Elsewhere all tokens vote, and a
 * voter counts as much as the votes that it received in the layers before; in the first layer all
 * count the same. With weights w of H heads and rows i, layer l gives token j
 *
 * <pre>{@code V_l(j) = V_{l-1}(j) + sum_h sum_i w_i A^h_ij / (H sum_i w_i)}</pre>
 *
 * where w is {@code V_{l-1}}. A token without a key receives nothing more but votes on. A layer
 * keeps the share of its tokens that have most votes.
 *
 * <p>The weighted means are taken of an attention matrix that is there anyway; like the plain ones
 * of {@link Ratio} they do not count as FLOPs.
 *
 * @param keepRatio the share of its tokens that a layer keeps, in (0, 1]: {@code floor(p * t)}
 * @param scope what a pruned token loses
 * @param layers that work on fewer tokens
 * @param every of these layers, every so-manieth prunes, to the ratio raised to that power
 * @param minimumTokens a document is never pruned below this many tokens
 */
public record Catp(double keepRatio, Scope scope, LayerRange layers, int every, int minimumTokens)
    implements PruningByLayer {

  /** The share that is kept. */
  public static final PolicyOption<Double> KEEP_RATIO = PruningOptions.keepRatioOfLayer();

  /** What a pruned token loses. */
  public static final PolicyOption<Scope> SCOPE = PruningOptions.scope();

  /** The layers that work on fewer tokens. */
  public static final PolicyOption<LayerRange> LAYERS = PruningOptions.layers();

  /** How many layers share a pruning. */
  public static final PolicyOption<Integer> EVERY = PruningOptions.every();

  /** The floor. */
  public static final PolicyOption<Integer> MINIMUM_TOKENS = PruningOptions.minimumTokens();

  /** The method. */
  public static final Method METHOD =
      new Method(
          "catp",
          "Keeps a share of the tokens in every layer, those that most votes of all layers are for.",
          "Liao et al., CATP, 2024, arXiv 2404.08567",
          Optional.of("catp"),
          List.of(KEEP_RATIO, SCOPE, LAYERS, EVERY, MINIMUM_TOKENS),
          Catp::of);

  /** Checks every component. */
  public Catp {
    KEEP_RATIO.check(keepRatio);
    LAYERS.check(layers);
    EVERY.check(every);
    MINIMUM_TOKENS.check(minimumTokens);
  }

  private static Catp of(OptionValues values) {
    return new Catp(
        values.get(KEEP_RATIO),
        values.get(SCOPE),
        values.get(LAYERS),
        values.get(EVERY),
        values.get(MINIMUM_TOKENS));
  }

  @Override
  public Method method() {
    return METHOD;
  }

  @Override
  public OptionValues values() {
    return OptionValues.none()
        .with(KEEP_RATIO, keepRatio)
        .with(SCOPE, scope)
        .with(LAYERS, layers)
        .with(EVERY, every)
        .with(MINIMUM_TOKENS, minimumTokens);
  }

  @Override
  public List<ProgramStep> program(EncoderShape encoder, Optional<Combination> combination) {
    return List.of(
        new ProgramStep(
            "catp",
            List.of(
                Math.pow(keepRatio, every),
                scope == Scope.TOKENS ? 1. : 0.,
                (double) layers.first(),
                (double) lastPruned(encoder, combination),
                (double) every,
                (double) minimumTokens,
                (double) combination.map(Combination::carried).orElse(0)),
            List.of()));
  }

  /** The last layer that prunes, up to which votes are counted; 0 if none does. */
  private int lastPruned(EncoderShape encoder, Optional<Combination> combination) {
    int steps = Math.min(layers.last(), scope.lastLayer(encoder, combination)) - layers.first();
    return prunes() && steps >= 0 ? layers.first() + steps / every * every : 0;
  }
}
