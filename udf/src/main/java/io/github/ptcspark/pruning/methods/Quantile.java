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
 * Practical token pruning (Qi et al., 2024, arXiv 2408.11799): one configuration of a length, a
 * quantile and a layer for all tasks. A document that is long enough loses, once, the tokens whose
 * score is below a quantile of its scores. Scores are the means of the columns of the attention
 * matrix over queries and heads, of the tokens between [CLS] and [SEP]; quantiles are interpolated
 * linearly. Of m scores that differ {@code ceil(q (m - 1))} are below the quantile; equal scores
 * stay together, which is what a quantile has over a ratio.
 *
 * <p>Standard values are chosen for BERT. Half of the tokens from layer 3 on leave 0.58 of the work
 * of 12 layers and 0.67 of that of 6, about what a ratio of 0.9 a layer leaves; the scores of layer
 * 2 are the first that rest on a context. Sentences shorter than 64 word pieces have little to
 * lose: their time is mostly what a document costs anyway, while every word of them counts.
 *
 * @param minimumLength word pieces, [CLS] and [SEP] included, from which on a document is pruned
 * @param quantile below which scores go, in (0, 1]
 * @param scope what a pruned token loses
 * @param layer from which on fewer tokens are seen, by the scores of the one before; counted from
 *     1, at least 2
 * @param minimumTokens a document is never pruned below this many tokens
 */
public record Quantile(
    int minimumLength, double quantile, Scope scope, int layer, int minimumTokens)
    implements SinglePruning {

  /** The length from which on documents are pruned. */
  public static final PolicyOption<Integer> MINIMUM_LENGTH =
      PolicyOption.integer(
          "min-length", 64, 2, "Documents of fewer tokens than this are not pruned.");

  /** The quantile. */
  public static final PolicyOption<Double> QUANTILE =
      PolicyOption.number(
          "quantile", 0.5, 0, 1, "Tokens go whose score is below this quantile of the scores.");

  /** What a pruned token loses. */
  public static final PolicyOption<Scope> SCOPE = PruningOptions.scope();

  /** The layer from which on fewer tokens are seen. */
  public static final PolicyOption<Integer> LAYER = PruningOptions.layer(3);

  /** The floor. */
  public static final PolicyOption<Integer> MINIMUM_TOKENS = PruningOptions.minimumTokens();

  /** The method. */
  public static final Method METHOD =
      new Method(
          "quantile",
          "Removes once, of longer documents, the tokens that least attention was paid to.",
          "Qi et al., practical token pruning, 2024, arXiv 2408.11799",
          Optional.of("quantile"),
          List.of(MINIMUM_LENGTH, QUANTILE, SCOPE, LAYER, MINIMUM_TOKENS),
          Quantile::of);

  /** Checks every component. */
  public Quantile {
    MINIMUM_LENGTH.check(minimumLength);
    QUANTILE.check(quantile);
    LAYER.check(layer);
    MINIMUM_TOKENS.check(minimumTokens);
  }

  private static Quantile of(OptionValues values) {
    return new Quantile(
        values.get(MINIMUM_LENGTH),
        values.get(QUANTILE),
        values.get(SCOPE),
        values.get(LAYER),
        values.get(MINIMUM_TOKENS));
  }

  @Override
  public Method method() {
    return METHOD;
  }

  @Override
  public OptionValues values() {
    return OptionValues.none()
        .with(MINIMUM_LENGTH, minimumLength)
        .with(QUANTILE, quantile)
        .with(SCOPE, scope)
        .with(LAYER, layer)
        .with(MINIMUM_TOKENS, minimumTokens);
  }

  @Override
  public boolean prunes() {
    return true;
  }

  @Override
  public List<ProgramStep> program(EncoderShape encoder, Optional<Combination> combination) {
    return List.of(
        new ProgramStep(
            "quantile",
            List.of(
                (double) minimumLength,
                quantile,
                scope == Scope.TOKENS ? 1. : 0.,
                programLayer(encoder, combination),
                (double) minimumTokens),
            List.of()));
  }
}
