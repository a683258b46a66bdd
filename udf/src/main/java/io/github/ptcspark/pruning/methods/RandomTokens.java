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
 * Keeps, beside [CLS] and [SEP], tokens that are drawn by chance. The draw depends on the seed and
 * on the word pieces of the document alone, so that it is the same on every reading.
 *
 * <p>With {@code mix} of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) and all sums modulo 2^64,
 * the hash of the word pieces is {@code h = sum of mix(2^32 i + id_i)}, i from 0; the tokens stay
 * whose places j among those that the layer before knew have the smallest {@code mix(mix(h + seed)
 * + j)}, as signed numbers.
 */
public final class RandomTokens extends Baseline {

  private static final long serialVersionUID = 1L;

  private static final PolicyOption<Double> KEEP_RATIO = keepRatioOption();
  private static final Options OPTIONS = Options.create(2);

  /** The seed of the draw. */
  public static final PolicyOption<Integer> SEED =
      PolicyOption.integer("seed", 0, 0, "Another number draws other tokens.");

  /** The method. */
  public static final Method METHOD =
      new Method(
          "random",
          "Keeps tokens that are drawn by chance, the same ones whenever a document is read.",
          "A baseline without a paper",
          Optional.of("random"),
          List.of(KEEP_RATIO, OPTIONS.scope(), OPTIONS.layer(), OPTIONS.minimumTokens(), SEED),
          RandomTokens::new);

  private RandomTokens(OptionValues values) {
    super(METHOD, KEEP_RATIO, OPTIONS, values);
  }

  @Override
  public List<ProgramStep> program(EncoderShape encoder, Optional<Combination> combination) {
    return program("random", encoder, combination, get(SEED));
  }
}
