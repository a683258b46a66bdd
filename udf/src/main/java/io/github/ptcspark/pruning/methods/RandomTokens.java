package io.github.ptcspark.pruning.methods;

import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.Method;
import io.github.ptcspark.pruning.OptionValues;
import io.github.ptcspark.pruning.PolicyOption;
import io.github.ptcspark.pruning.ProgramStep;
import io.github.ptcspark.pruning.Scope;
import java.util.List;
import java.util.Optional;

/**
 * Keeps, beside [CLS] and [SEP], tokens that are drawn by chance. The draw depends on the seed and
 * on the word pieces of the document alone, so that it is the same on every reading.
 *
 * <p>With {@code mix} of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) and all sums modulo 2^64,
 * the hash of the word pieces is {@code h = sum of mix(2^32 i + id_i)}, i from 0; the tokens stay
 * whose places j among those that the layer before knew have the smallest {@code mix(mix(h + seed)
 * + j)}, as signed numbers.
 *
 * @param keepRatio share of its tokens that a document keeps, in (0, 1]: {@code floor(p * t)}
 * @param scope what a pruned token loses
 * @param layer from which on fewer tokens are seen, counted from 1; at least 2
 * @param minimumTokens a document is never pruned below this many tokens
 * @param seed of the draw
 */
public record RandomTokens(double keepRatio, Scope scope, int layer, int minimumTokens, int seed)
    implements SinglePruning {

  /** The share that is kept. */
  public static final PolicyOption<Double> KEEP_RATIO = PruningOptions.keepRatioOfDocument();

  /** What a pruned token loses. */
  public static final PolicyOption<Scope> SCOPE = PruningOptions.scope();

  /** The layer from which on fewer tokens are seen. */
  public static final PolicyOption<Integer> LAYER = PruningOptions.layer(2);

  /** The floor. */
  public static final PolicyOption<Integer> MINIMUM_TOKENS = PruningOptions.minimumTokens();

  /** The seed. */
  public static final PolicyOption<Integer> SEED =
      PolicyOption.integer("seed", 0, 0, "Another number draws other tokens.");

  /** The method. */
  public static final Method METHOD =
      new Method(
          "random",
          "Keeps tokens that are drawn by chance, the same ones whenever a document is read.",
          "A baseline without a paper",
          Optional.of("random"),
          List.of(KEEP_RATIO, SCOPE, LAYER, MINIMUM_TOKENS, SEED),
          RandomTokens::of);

  /** Checks every component. */
  public RandomTokens {
    KEEP_RATIO.check(keepRatio);
    LAYER.check(layer);
    MINIMUM_TOKENS.check(minimumTokens);
    SEED.check(seed);
  }

  private static RandomTokens of(OptionValues values) {
    return new RandomTokens(
        values.get(KEEP_RATIO),
        values.get(SCOPE),
        values.get(LAYER),
        values.get(MINIMUM_TOKENS),
        values.get(SEED));
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
        .with(LAYER, layer)
        .with(MINIMUM_TOKENS, minimumTokens)
        .with(SEED, seed);
  }

  @Override
  public boolean prunes() {
    return keepRatio < 1;
  }

  @Override
  public List<ProgramStep> program(EncoderShape encoder, Optional<Combination> combination) {
    return List.of(
        new ProgramStep(
            "random",
            List.of(
                keepRatio,
                scope == Scope.TOKENS ? 1. : 0.,
                programLayer(encoder, combination),
                (double) minimumTokens,
                (double) seed),
            List.of()));
  }
}
