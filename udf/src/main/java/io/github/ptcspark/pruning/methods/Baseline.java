package io.github.ptcspark.pruning.methods;

import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.Method;
import io.github.ptcspark.pruning.OptionValues;
import io.github.ptcspark.pruning.PolicyOption;
import io.github.ptcspark.pruning.ProgramStep;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * A step that keeps a share of the tokens of a document without looking at what they mean: what any
 * other choice of tokens has to beat at the same cost. It prunes once.
 */
public abstract class Baseline extends SinglePruning {

  private static final long serialVersionUID = 1L;

  private final transient PolicyOption<Double> keepRatio;

  Baseline(Method method, PolicyOption<Double> keepRatio, Options options, OptionValues values) {
    super(method, options, values);
    this.keepRatio = keepRatio;
  }

  /**
   * The share of its tokens that a document keeps, in (0, 1]: {@code floor(p * t)}. Half of the
   * tokens from layer 2 of 12 on cost about as much as 0.9 of them in every layer: 0.54 and 0.57 of
   * a document that is read in full.
   */
  static PolicyOption<Double> keepRatioOption() {
    return PolicyOption.number(
        "keep-ratio", 0.5, 0, 1, "Share of its tokens that a document keeps.");
  }

  /** The share of its tokens that a document keeps. */
  public final double keepRatio() {
    return get(keepRatio);
  }

  @Override
  public final boolean prunes() {
    return keepRatio() < 1;
  }

  /** What the program does, with further settings of the method. */
  final List<ProgramStep> program(
      String name, EncoderShape encoder, Optional<Combination> combination, double... further) {
    return program(
        name,
        DoubleStream.concat(
                DoubleStream.of(
                    keepRatio(),
                    scope().code(),
                    programLayer(encoder, combination),
                    minimumTokens()),
                DoubleStream.of(further))
            .toArray());
  }
}
