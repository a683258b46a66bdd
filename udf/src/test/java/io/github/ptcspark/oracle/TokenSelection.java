package io.github.ptcspark.oracle;

import io.github.ptcspark.pruning.methods.Ratio;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which word pieces survive the step from one layer to the next.
 *
 * @param kept positions in the document, ascending
 * @param margin how far the closest decision was from falling otherwise, in multiples of the mean
 *     score of the tokens that could be pruned; infinite if there was nothing to decide
 */
record TokenSelection(List<Integer> kept, double margin) {

  /** A word piece at a position of the document with its score. */
  private record Scored(int position, double score) {}

  /**
   * Prunes the worst of the tokens that the policy offers for pruning.
   *
   * @param alive positions of the word pieces with keys in this layer, ascending
   * @param scores the score of each of them
   * @param documentLength word pieces of the document; [CLS] is the first, [SEP] the last, and
   *     neither is offered for pruning
   */
  static TokenSelection of(Ratio policy, List<Integer> alive, double[] scores, int documentLength) {
    List<Scored> prunable = new ArrayList<>();
    for (int i = 0; i < alive.size(); i++) {
      int position = alive.get(i);
      if (position != 0 && position != documentLength - 1) {
        prunable.add(new Scored(position, scores[i]));
      }
    }
    if (prunable.isEmpty()) {
      return new TokenSelection(alive, Double.POSITIVE_INFINITY);
    }
    double[] pool = prunable.stream().mapToDouble(Scored::score).toArray();
    double threshold =
        policy.fuzzy() == Fuzzy.OFF ? Double.POSITIVE_INFINITY : FuzzyCandidates.threshold(pool);
    List<Scored> worstFirst =
        new ArrayList<>(prunable.stream().filter(token -> token.score() <= threshold).toList());
    worstFirst.sort(
        Comparator.comparingDouble(Scored::score)
            .thenComparing(Comparator.comparingInt(Scored::position).reversed()));

    int pruned = pruned(policy, alive.size(), worstFirst.size());
    List<Integer> kept = new ArrayList<>(alive);
    for (Scored token : worstFirst.subList(0, pruned)) {
      kept.remove(Integer.valueOf(token.position()));
    }

    double closest = Double.POSITIVE_INFINITY;
    if (pruned > 0 && pruned < worstFirst.size()) {
      closest = worstFirst.get(pruned).score() - worstFirst.get(pruned - 1).score();
    }
    double mean = 0;
    for (double score : pool) {
      closest = Math.min(closest, Math.abs(score - threshold));
      mean += score / pool.length;
    }
    return new TokenSelection(List.copyOf(kept), closest / mean);
  }

  /**
   * How many of the candidates go. With t tokens alive:
   *
   * <ul>
   *   <li>without fuzzy sets {@code t - t'}
   *   <li>{@code FUZZY}: {@code min(c - floor(p c), max(0, t - minimum))} of c candidates
   *   <li>{@code FUZZY_QUOTA}: {@code min(c, t - t')}
   * </ul>
   */
  static int pruned(Ratio policy, int alive, int candidates) {
    return switch (policy.fuzzy()) {
      case OFF -> alive - next(policy, alive);
      case FUZZY ->
          Math.min(
              candidates - share(ratio(policy), candidates),
              Math.max(0, alive - policy.minimumTokens()));
      case FUZZY_QUOTA -> Math.min(candidates, alive - next(policy, alive));
    };
  }

  /** Equation 5 with a floor: {@code t' = max(floor(p t), min(t, minimum))} */
  static int next(Ratio policy, int alive) {
    return left(ratio(policy), policy.minimumTokens(), alive);
  }

  /** The same of any ratio. */
  static int left(double keepRatio, int minimumTokens, int alive) {
    return Math.max(share(keepRatio, alive), Math.min(alive, minimumTokens));
  }

  /** The ratio p of a layer that prunes for several: their product. */
  private static double ratio(Ratio policy) {
    double product = 1;
    for (int layer = 0; layer < policy.every(); layer++) {
      product *= policy.keepRatio();
    }
    return product;
  }

  /** {@code floor(p t + 1e-9)}, so that rounding does not turn 0.9 of 10 into 8. */
  static int share(double keepRatio, int tokens) {
    return (int) Math.floor(keepRatio * tokens + 1e-9);
  }
}
