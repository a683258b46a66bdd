package io.github.ptcspark.oracle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The decisions taken in one document, written down layer by layer. */
final class OracleTrace {

  private final List<Integer> keptPerLayer = new ArrayList<>();
  private final List<List<Integer>> keptPositions = new ArrayList<>();
  private final List<List<Double>> scores = new ArrayList<>();
  private List<Integer> groups = List.of();
  private double pruningMargin = Double.POSITIVE_INFINITY;
  private double combiningMargin = Double.POSITIVE_INFINITY;

  /** A layer before the combining layer, or of a policy that does not combine. */
  void ordinaryLayer(List<Integer> alive, double[] aliveScores) {
    add(alive.size(), alive, Arrays.stream(aliveScores).boxed().toList());
  }

  /** The combining layer; logits are {@code [m, words]}. */
  void combiningLayer(List<Integer> words, double[][] logits, List<Integer> wordGroups) {
    add(words.size(), words, List.of());
    groups = List.copyOf(wordGroups);
    for (int j = 0; j < words.size(); j++) {
      for (int i = 0; i < logits.length; i++) {
        int best = wordGroups.get(j);
        if (i != best) {
          combiningMargin = Math.min(combiningMargin, logits[best][j] - logits[i][j]);
        }
      }
    }
  }

  /** A layer after the combining layer. */
  void combinedLayer(int combinationTokens) {
    add(combinationTokens, List.of(), List.of());
  }

  /** A pruning step between two layers. */
  void pruning(TokenSelection selection) {
    pruningMargin = Math.min(pruningMargin, selection.margin());
  }

  List<Integer> keptPerLayer() {
    return List.copyOf(keptPerLayer);
  }

  List<List<Integer>> keptPositions() {
    return List.copyOf(keptPositions);
  }

  List<List<Double>> scores() {
    return List.copyOf(scores);
  }

  List<Integer> groups() {
    return groups;
  }

  double pruningMargin() {
    return pruningMargin;
  }

  double combiningMargin() {
    return combiningMargin;
  }

  private void add(int kept, List<Integer> positions, List<Double> positionScores) {
    keptPerLayer.add(kept);
    keptPositions.add(List.copyOf(positions));
    scores.add(List.copyOf(positionScores));
  }
}
