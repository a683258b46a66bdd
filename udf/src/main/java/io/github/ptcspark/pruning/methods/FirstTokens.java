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
 * Truncation: from one layer on a document is its first tokens and [SEP]. What any other choice of
 * tokens has to beat at the same cost.
 *
 * @param keepRatio share of its tokens that a document keeps, in (0, 1]: {@code floor(p * t)}
 * @param scope what a pruned token loses
 * @param layer from which on fewer tokens are seen, counted from 1; at least 2
 * @param minimumTokens a document is never pruned below this many tokens
 */
public record FirstTokens(double keepRatio, Scope scope, int layer, int minimumTokens)
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
          "first",
          "Keeps the first tokens of a document: truncation.",
          "Sun, Qiu, Xu and Huang, How to Fine-Tune BERT for Text Classification, 2019, head-only",
          Optional.of("first"),
          List.of(KEEP_RATIO, SCOPE, LAYER, MINIMUM_TOKENS),
          FirstTokens::of);

  /** Checks every component. */
  public FirstTokens {
    KEEP_RATIO.check(keepRatio);
    LAYER.check(layer);
    MINIMUM_TOKENS.check(minimumTokens);
  }

  private static FirstTokens of(OptionValues values) {
    return new FirstTokens(
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
            "first",
            List.of(
                keepRatio,
                scope == Scope.TOKENS ? 1. : 0.,
                programLayer(encoder, combination),
                (double) minimumTokens),
            List.of()));
  }
}
