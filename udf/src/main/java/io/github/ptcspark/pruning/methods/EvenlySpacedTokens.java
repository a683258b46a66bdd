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
 * Keeps, beside [CLS] and [SEP], k of the m tokens between them that are evenly spread: those in
 * the middle of k equal sections, {@code 1 + floor((2 i + 1) m / (2 k))} for i from 0. A baseline
 * that sees all of a document and looks at no token.
 *
 * @param keepRatio share of its tokens that a document keeps, in (0, 1]: {@code floor(p * t)}
 * @param scope what a pruned token loses
 * @param layer from which on fewer tokens are seen, counted from 1; at least 2
 * @param minimumTokens a document is never pruned below this many tokens
 */
public record EvenlySpacedTokens(double keepRatio, Scope scope, int layer, int minimumTokens)
    implements SinglePruning {

  /** The share that is kept. */
  public static final PolicyOption<Double> KEEP_RATIO = PruningOptions.keepRatioOfDocument();

  /** What a pruned token loses. */
  public static final PolicyOption<Scope> SCOPE = PruningOptions.scope();

  /** The layer from which on fewer tokens are seen. */
  public static final PolicyOption<Integer> LAYER = PruningOptions.layer(2);

  /** The floor. */
  public static final PolicyOption<Integer> MINIMUM_TOKENS = PruningOptions.minimumTokens();

  /** The method. */
  public static final Method METHOD =
      new Method(
          "evenly-spaced",
          "Keeps tokens that are evenly spread over a document.",
          "A baseline without a paper",
          Optional.of("evenly_spaced"),
          List.of(KEEP_RATIO, SCOPE, LAYER, MINIMUM_TOKENS),
          EvenlySpacedTokens::of);

  /** Checks every component. */
  public EvenlySpacedTokens {
    KEEP_RATIO.check(keepRatio);
    LAYER.check(layer);
    MINIMUM_TOKENS.check(minimumTokens);
  }

  private static EvenlySpacedTokens of(OptionValues values) {
    return new EvenlySpacedTokens(
        values.get(KEEP_RATIO), values.get(SCOPE), values.get(LAYER), values.get(MINIMUM_TOKENS));
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
        .with(MINIMUM_TOKENS, minimumTokens);
  }

  @Override
  public boolean prunes() {
    return keepRatio < 1;
  }

  @Override
  public List<ProgramStep> program(EncoderShape encoder, Optional<Combination> combination) {
    return List.of(
        new ProgramStep(
            "evenly_spaced",
            List.of(
                keepRatio,
                scope == Scope.TOKENS ? 1. : 0.,
                programLayer(encoder, combination),
                (double) minimumTokens),
            List.of()));
  }
}
