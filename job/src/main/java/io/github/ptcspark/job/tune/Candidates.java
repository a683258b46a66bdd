package io.github.ptcspark.job.tune;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.PolicyGrid;
import io.github.ptcspark.pruning.methods.PolicyText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The policies that a calibration chooses from where the user names none. */
public final class Candidates {

  /** Of the methods that need no training the fastest and the most faithful ones, see README. */
  private static final List<String> GRIDS =
      List.of(
          "quantile(quantile=0.1|0.2|0.3|0.4|0.5|0.6|0.7)",
          "local-merge(merge-ratio=0.02|0.04|0.07|0.11|0.16)",
          "ratio(fuzzy=off, keep-ratio=0.97|0.94|0.9|0.85)");

  private Candidates() {}

  /**
   * Candidates for a model: its own policy, if it prunes, and others that it needs no training for.
   */
  public static List<PolicyText> of(Bundle bundle) {
    PruningPolicy own = bundle.settings().policy().withoutEscalation();
    List<PolicyText> candidates = new ArrayList<>();
    if (!own.equals(own.trained())) {
      candidates.add(PolicyText.parse(own.toString()));
    }
    GRIDS.forEach(grid -> candidates.addAll(of(grid, own)));
    return candidates;
  }

  /**
   * Policies for a model with what it was trained with behind them.
   *
   * @param grid see {@link PolicyGrid}
   */
  static List<PolicyText> of(String grid, PruningPolicy own) {
    return PolicyGrid.parse(
        own.trained().steps().stream()
            .map(step -> " + " + step.method())
            .collect(Collectors.joining("", grid, "")));
  }
}
