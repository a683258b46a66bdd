package io.github.ptcspark.job.tune;

import io.github.ptcspark.bundle.Claim;
import io.github.ptcspark.job.report.ExactBounds;
import io.github.ptcspark.job.report.Numbers;
import io.github.ptcspark.job.report.figures.PolicyFigures;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * The policy that agrees most often of those that are fast enough. It is chosen before the test, so
 * that the exact lower bound of Clopper and Pearson (Biometrika 26, 1934) can be promised.
 *
 * @param speedUp how many times as fast as reading in full it is to be at least, above 1
 * @param confidence in (0, 1)
 */
public record SpeedTarget(double speedUp, double confidence) implements Target {

  /** Bounds are rounded down to so many parts of 1. */
  private static final double PARTS = 10_000;

  /**
   * A target.
   *
   * @throws IllegalArgumentException if the speed is no gain or the confidence not between 0 and 1
   */
  public SpeedTarget {
    if (!(speedUp > 1 && speedUp < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Invalid value for --min-speedup: %s (above 1, such as 2.5)".formatted(speedUp));
    }
    Target.requireShare("confidence", confidence, "0.95");
  }

  @Override
  public long fewestDocuments() {
    return 1;
  }

  @Override
  public Choice choose(List<PolicyFigures> candidates, Function<PolicyFigures, Tested> test) {
    PolicyFigures chosen =
        candidates.stream()
            .filter(candidate -> candidate.speedUp() >= speedUp)
            .findFirst()
            .orElseThrow(() -> tooSlow(candidates.get(candidates.size() - 1)));
    Tested tested = test.apply(chosen);
    double bound =
        Math.floor(lowerBound(tested.disagreements(), tested.documents()) * PARTS) / PARTS;
    if (bound == 0) {
      throw cannotPromise(
          "policy %s gave another label to %s of %s documents"
              .formatted(
                  chosen.policy(),
                  Numbers.count(tested.disagreements()),
                  Numbers.count(tested.documents())));
    }
    return new Choice(chosen, new Claim.Agreement(bound), Map.of(chosen, tested));
  }

  private RuntimeException tooSlow(PolicyFigures fastest) {
    return cannotPromise(
        "the fastest policy, %s, is %s times as fast; lower --min-speedup or name stronger policies"
            .formatted(fastest.policy(), String.format(Locale.ROOT, "%.2f", fastest.speedUp())));
  }

  /**
   * The agreement below which so few disagreements have a probability of 1 - confidence or less.
   */
  double lowerBound(int disagreements, int documents) {
    return ExactBounds.lower(documents - disagreements, documents, 1 - confidence);
  }

  @Override
  public String toString() {
    return "an agreement at %s times the speed with confidence %s".formatted(speedUp, confidence);
  }
}
