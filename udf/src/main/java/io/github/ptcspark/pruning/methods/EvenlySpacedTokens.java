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
 * Keeps, beside [CLS] and [SEP], k of the m tokens between them that are evenly spread: those in
 * the middle of k equal sections, {@code 1 + floor((2 i + 1) m / (2 k))} for i from 0. A baseline
 * that sees all of a document and looks at no token.
 */
public final class EvenlySpacedTokens extends Baseline {

  private static final long serialVersionUID = 1L;

  private static final PolicyOption<Double> KEEP_RATIO = keepRatioOption();
  private static final Options OPTIONS = Options.create(2);

  /** The method. */
  public static final Method METHOD =
      new Method(
          "evenly-spaced",
          "Keeps tokens that are evenly spread over a document.",
          "A baseline without a paper",
          Optional.of("evenly_spaced"),
          List.of(KEEP_RATIO, OPTIONS.scope(), OPTIONS.layer(), OPTIONS.minimumTokens()),
          EvenlySpacedTokens::new);

  private EvenlySpacedTokens(OptionValues values) {
    super(METHOD, KEEP_RATIO, OPTIONS, values);
  }

  @Override
  public List<ProgramStep> program(EncoderShape encoder, Optional<Combination> combination) {
    return program("evenly_spaced", encoder, combination);
  }
}
