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
 *
 * @param ratio how tokens are pruned
 * @param combining how those that are left are combined
 */
public record Ptc(Ratio ratio, Combining combining) implements Step {

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

  private static Step of(OptionValues values) {
    Ratio ratio = Ratio.of(values);
    return values.get(Combining.COMBINING_LAYER) == 0
        ? ratio
        : new Ptc(ratio, Combining.of(values));
  }

  @Override
  public Method method() {
    return METHOD;
  }

  @Override
  public OptionValues values() {
    return combining.values().or(ratio.values());
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
