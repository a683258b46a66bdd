package io.github.ptcspark.inference;

import io.github.ptcspark.bundle.Precision;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Which precisions processors have, and which of them is the fastest. */
public final class Precisions {

  private Precisions() {}

  /**
   * The exact precision in which processors that work together run a model: the fastest of those
   * that are allowed and that all of them run fast. An exact one is itself, whoever lacks it.
   *
   * @param wanted what is allowed
   */
  public static Precision fastest(Precision wanted, Collection<Processor> processors) {
    return wanted.isExact()
        ? wanted
        : Arrays.stream(Arithmetic.values())
            .filter(arithmetic -> wanted.allows(arithmetic.precision()))
            .filter(arithmetic -> processors.stream().allMatch(arithmetic::isFastOn))
            .findFirst()
            .orElseThrow()
            .precision();
  }

  /** The exact precision in which this machine runs a model. */
  public static Precision fastestHere(Precision wanted) {
    return fastest(wanted, List.of(Processor.current()));
  }

  /**
   * What a processor lacks to run an exact precision, such as "AMX and AVX-512 BF16"; nothing if it
   * runs it.
   */
  public static Optional<String> lack(Precision exact, Processor processor) {
    Feature needs = Arithmetic.of(exact).needs();
    return needs.isOf(processor) ? Optional.empty() : Optional.of(needs.text("and"));
  }

  /** What an exact precision needs, such as "AMX or AVX-512 BF16"; nothing if any runs it. */
  public static Optional<String> need(Precision exact) {
    return Optional.of(Arithmetic.of(exact).needs().text("or")).filter(text -> !text.isEmpty());
  }
}
