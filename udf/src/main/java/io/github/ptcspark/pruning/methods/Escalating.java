package io.github.ptcspark.pruning.methods;

import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.Escalation;
import io.github.ptcspark.pruning.Method;
import io.github.ptcspark.pruning.OptionValues;
import io.github.ptcspark.pruning.PolicyOption;
import io.github.ptcspark.pruning.ProgramStep;
import java.util.List;
import java.util.Optional;

/**
 * Reads a document again in full where the answer of the pruned reading is unsure: full cost for
 * those documents alone that need it. The answer is then exactly the unpruned model's, or that of
 * the full model that a bundle may have beside its own. The thought is that of early exits
 * (Schuster, Fisch, Jaakkola and Barzilay, Confident Adaptive Transformers, EMNLP 2021), here with
 * fewer tokens in place of fewer layers.
 *
 * <p>The standard margin is one of many: {@code ptc calibrate} finds the one for a model and its
 * documents.
 */
public final class Escalating extends OptionStep {

  private static final long serialVersionUID = 1L;

  /** Below which an answer is unsure. */
  public static final PolicyOption<Double> MARGIN =
      PolicyOption.number(
          "margin",
          0.5,
          0,
          1,
          "A document is read again if its two best classes differ by less than this.");

  /** What scores are scaled by before they are compared. */
  public static final PolicyOption<Double> TEMPERATURE =
      PolicyOption.number(
          "temperature",
          1,
          0,
          100,
          "By which logits are divided before they are compared; 1 compares scores as they are.");

  /** The method. */
  public static final Method METHOD =
      new Method(
          "escalation",
          "Reads documents whose answer is unsure again, without pruning or by a full model.",
          "after Schuster, Fisch, Jaakkola and Barzilay, EMNLP 2021",
          Optional.empty(),
          List.of(MARGIN, TEMPERATURE),
          Escalating::new);

  private Escalating(OptionValues values) {
    super(METHOD, values);
  }

  /** A step. */
  public Escalating(Escalation escalation) {
    this(
        OptionValues.none()
            .with(MARGIN, escalation.margin())
            .with(TEMPERATURE, escalation.temperature()));
  }

  @Override
  public Optional<Escalation> escalation() {
    return Optional.of(new Escalation(get(MARGIN), get(TEMPERATURE)));
  }

  @Override
  public boolean prunes() {
    return false;
  }

  @Override
  public void checkAgainst(EncoderShape encoder) {}

  @Override
  public List<ProgramStep> program(EncoderShape encoder, Optional<Combination> combination) {
    return List.of();
  }
}
