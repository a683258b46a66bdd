package io.github.ptcspark.pruning.methods;

import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.Method;
import io.github.ptcspark.pruning.OptionValues;
import io.github.ptcspark.pruning.PolicyOption;
import io.github.ptcspark.pruning.ProgramStep;
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
 */
public final class Quantile extends SinglePruning {

  private static final long serialVersionUID = 1L;

  private static final Options OPTIONS = Options.create(3);

  /**
   * Word pieces, [CLS] and [SEP] included, from which on a document is pruned; of a document that
   * is read in windows, those of a window.
   */
  public static final PolicyOption<Integer> MINIMUM_LENGTH =
      PolicyOption.integer(
          "min-length", 64, 2, "What is read at once is not pruned if it has fewer tokens.");

  /** The quantile below which scores go, in (0, 1]. */
  public static final PolicyOption<Double> QUANTILE =
      PolicyOption.number(
          "quantile", 0.5, 0, 1, "Tokens go whose score is below this quantile of the scores.");

  /** The method. */
  public static final Method METHOD =
      new Method(
          "quantile",
          "Removes once, of longer documents, the tokens that least attention was paid to.",
          "Qi et al., practical token pruning, 2024, arXiv 2408.11799",
          Optional.of("quantile"),
          List.of(
              MINIMUM_LENGTH, QUANTILE, OPTIONS.scope(), OPTIONS.layer(), OPTIONS.minimumTokens()),
          Quantile::new);

  private Quantile(OptionValues values) {
    super(METHOD, OPTIONS, values);
  }

  @Override
  public boolean prunes() {
    return true;
  }

  @Override
  public List<ProgramStep> program(EncoderShape encoder, Optional<Combination> combination) {
    return program(
        "quantile",
        get(MINIMUM_LENGTH),
        get(QUANTILE),
        scope().code(),
        programLayer(encoder, combination),
        minimumTokens());
  }
}
