package io.github.ptcspark.pruning.methods;

import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.LayerWork;
import io.github.ptcspark.pruning.Method;
import io.github.ptcspark.pruning.OptionValues;
import io.github.ptcspark.pruning.PolicyOption;
import io.github.ptcspark.pruning.ProgramStep;
import io.github.ptcspark.pruning.Step;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Pruned Token Compression (Yun, Kim and Kim, Findings of EMNLP 2023): fuzzy token pruning in the
 * first layers, then one layer replaced by a module that combines the tokens into a few.
 */
public final class Ptc extends OptionStep {

  private static final long serialVersionUID = 1L;

  /** The method; without a combining layer it is {@link Ratio}. */
  public static final Method METHOD =
      new Method(
          "ptc",
          "Prunes as ratio does in the first layers, then combines.",
          "Yun, Kim and Kim, Findings of EMNLP 2023",
          Optional.empty(),
          Stream.of(Ratio.METHOD, Combining.METHOD)
              .flatMap(method -> method.options().stream())
              .<PolicyOption<?>>map(option -> option)
              .toList(),
          Ptc::of);

  private final transient Ratio ratio;
  private final transient Combining combining;

  private Ptc(OptionValues values) {
    super(METHOD, values);
    this.ratio = new Ratio(values);
    this.combining = new Combining(values);
  }

  /**
   * A step.
   *
   * @param ratio how tokens are pruned
   * @param combining how those that are left are combined
   */
  public Ptc(Ratio ratio, Combining combining) {
    this(ratio.values().or(combining.values()));
  }

  private static Step of(OptionValues values) {
    return values.get(Combining.COMBINING_LAYER) == 0 ? new Ratio(values) : new Ptc(values);
  }

  /** How tokens are pruned. */
  public Ratio ratio() {
    return ratio;
  }

  /** How those that are left are combined. */
  public Combining combining() {
    return combining;
  }

  @Override
  public boolean prunes() {
    return ratio.prunes();
  }

  @Override
  public Optional<Integer> keysAndValuesPrunedFrom() {
    return ratio.keysAndValuesPrunedFrom();
  }

  @Override
  public Optional<Combination> combination() {
    return combining.combination();
  }

  @Override
  public Optional<Step> trained() {
    return Optional.of(combining);
  }

  @Override
  public void checkAgainst(EncoderShape encoder) {
    combining.checkAgainst(encoder);
    ratio.checkAgainst(encoder);
  }

  @Override
  public List<ProgramStep> program(EncoderShape encoder, Optional<Combination> combination) {
    return Stream.of(ratio, combining)
        .flatMap(step -> step.program(encoder, combination).stream())
        .toList();
  }

  @Override
  public long flops(EncoderShape encoder, Optional<Combination> combination, LayerWork work) {
    return combining.flops(encoder, combination, work);
  }
}
