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
 * Truncation: from one layer on a document is its first tokens and [SEP]. What any other choice of
 * tokens has to beat at the same cost.
 */
public final class FirstTokens extends Baseline {

  private static final long serialVersionUID = 1L;

  private static final PolicyOption<Double> KEEP_RATIO = keepRatioOption();
  private static final Options OPTIONS = Options.create(2);

  /** The method. */
  public static final Method METHOD =
      new Method(
          "first",
          "Keeps the first tokens of a document: truncation.",
          "Sun, Qiu, Xu and Huang, How to Fine-Tune BERT for Text Classification, 2019, head-only",
          Optional.of("first"),
          List.of(KEEP_RATIO, OPTIONS.scope(), OPTIONS.layer(), OPTIONS.minimumTokens()),
          FirstTokens::new);

  private FirstTokens(OptionValues values) {
    super(METHOD, KEEP_RATIO, OPTIONS, values);
  }

  @Override
  public List<ProgramStep> program(EncoderShape encoder, Optional<Combination> combination) {
    return program("first", encoder, combination);
  }
}
