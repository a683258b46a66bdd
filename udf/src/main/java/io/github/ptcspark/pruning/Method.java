package io.github.ptcspark.pruning;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A way to reduce tokens.
 *
 * @param name by which texts choose it
 * @param summary what it does, in a sentence
 * @param source the paper that it comes from
 * @param program its source in the TorchScript program, {@code steps/PROGRAM.py}; absent if it is
 *     made of other methods
 * @param options all that may be set, in the order in which texts name them
 * @param maker makes a step of values of all options
 */
public record Method(
    String name,
    String summary,
    String source,
    Optional<String> program,
    List<PolicyOption<?>> options,
    Function<OptionValues, Step> maker) {

  /** Copies the list. */
  public Method {
    options = List.copyOf(options);
  }

  /**
   * A step.
   *
   * @param values of all options
   * @throws IllegalArgumentException if one is missing or they do not go together
   */
  public Step step(OptionValues values) {
    return maker.apply(values);
  }

  @Override
  public String toString() {
    return name;
  }
}
