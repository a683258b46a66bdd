package io.github.ptcspark.job.train;

import java.util.Optional;

/**
 * How to fit a head on a few examples.
 *
 * @param examplesPerClass the most examples of a label, drawn at random; absent for all
 * @param outOfScope the label of documents that are of no class, if the model is to tell them apart
 * @param seed which examples are drawn
 */
public record FewShotOptions(
    Optional<Integer> examplesPerClass, Optional<String> outOfScope, long seed) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one cannot be
   */
  public FewShotOptions {
    if (examplesPerClass.isPresent() && examplesPerClass.get() < 1) {
      throw new IllegalArgumentException(
          "Invalid value for --examples-per-class: %s (at least 1)"
              .formatted(examplesPerClass.get()));
    }
    if (outOfScope.isPresent() && outOfScope.get().isBlank()) {
      throw new IllegalArgumentException(
          "Invalid value for --out-of-scope-label: \"%s\" (a name)".formatted(outOfScope.get()));
    }
  }
}
