package io.github.ptcspark.oracle;

import io.github.ptcspark.pruning.methods.Quantile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What is below a quantile of the scores goes, once.
 *
 * @param combining the layer in which all word pieces are combined
 */
record QuantileOracle(Quantile step, Optional<Integer> combining) implements StepOracle {

  @Override
  public void afterAttention(OracleDocument document, LayerAttention attention) {
    int next = attention.layer() + 1;
    if (next == step.layer()
        && RatioOracle.readsWords(next, step.scope(), combining)
        && document.length() >= step.get(Quantile.MINIMUM_LENGTH)
        && document.kept().size() > 2) {
      prune(document, attention.scores());
    }
  }

  private void prune(OracleDocument document, double[] scores) {
    int tokens = scores.length;
    double[] pool = Arrays.copyOfRange(scores, 1, tokens - 1);
    Arrays.sort(pool);
    double threshold = threshold(pool);
    // The lowest score goes first and, among equal ones, the latest token.
    List<Integer> below =
        IntStream.range(1, tokens - 1)
            .boxed()
            .filter(place -> scores[place] < threshold - 1e-12)
            .sorted(
                Comparator.<Integer>comparingDouble(place -> scores[place])
                    .thenComparing(Comparator.reverseOrder()))
            .limit(Math.max(0, tokens - step.minimumTokens()))
            .toList();
    document.trace().decision(margin(pool, threshold, below.size()));
    List<Integer> left = new ArrayList<>(document.kept());
    left.removeAll(below.stream().map(document.kept()::get).toList());
    document.keep(left, step.scope());
  }

  /** The quantile by linear interpolation, of scores in ascending order. */
  private double threshold(double[] pool) {
    double at = step.get(Quantile.QUANTILE) * (pool.length - 1);
    int low = (int) Math.floor(at + 1e-9);
    double share = Math.max(0, at - low);
    return share < 1e-9 ? pool[low] : pool[low] + share * (pool[low + 1] - pool[low]);
  }

  /**
   * How far the first score that is not below the quantile is from the one before it, and the last
   * token that goes from the first that stays.
   */
  private static double margin(double[] pool, double threshold, int pruned) {
    int rank = 0;
    while (pool[rank] < threshold - 1e-12) {
      rank++;
    }
    double closest = Double.POSITIVE_INFINITY;
    for (int boundary : new int[] {rank, pruned}) {
      if (boundary > 0) {
        closest = Math.min(closest, pool[boundary] - pool[boundary - 1]);
      }
    }
    // Equal scores at the quantile: by how little they are one rank decides how many are below.
    if (rank + 1 < pool.length) {
      closest = Math.min(closest, pool[rank + 1] - pool[rank]);
    }
    return closest / Arrays.stream(pool).average().orElseThrow();
  }
}
