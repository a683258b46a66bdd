package io.github.ptcspark.oracle;

import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.methods.PruMerge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * PruMerge and PruMerge+ (Shang et al., ICCV 2025): outliers of the attention of [CLS] take up
 * their nearest neighbours, and one token what is left.
 */
record PruMergeOracle(PruMerge merge, EncoderShape encoder) implements StepOracle {

  /** So much of a cosine counts as a whole in margins. */
  private static final double UNIT = 0.1;

  @Override
  public void afterAttention(OracleDocument document, LayerAttention attention) {
    if (attention.layer() != merge.get(PruMerge.LAYER)) {
      return;
    }
    int tokens = document.words().size();
    double[] votes = new double[tokens];
    for (double[][] head : attention.probabilities()) {
      for (int place = 0; place < tokens; place++) {
        votes[place] += head[0][place] / encoder.heads();
      }
    }
    Map<Integer, double[]> merged = new TreeMap<>();
    for (int place = 0; place < tokens; place++) {
      merged.put(place, mean(tokens, List.of(place), votes));
    }
    if (tokens > merge.get(PruMerge.MINIMUM_TOKENS)) {
      List<Integer> ranked = BertOracle.range(tokens).subList(1, tokens - 1);
      List<Integer> kept = kept(document, ranked, votes);
      List<Integer> others = ranked.stream().filter(place -> !kept.contains(place)).toList();
      if (others.size() >= 2) {
        merged.keySet().removeAll(others);
        takeUp(document, attention.keys(), kept, ranked, votes, merged);
        int most = mostFirst(others, votes).get(0);
        double margin = votes[most] - votes[mostFirst(others, votes).get(1)];
        document.trace().decision(margin * tokens);
        merged.put(most, mean(tokens, others, votes));
      }
    }
    document.trace().products().add(merged.size(), tokens, encoder.hidden()); // hidden states
    document.trace().products().add(merged.size(), tokens, encoder.hidden()); // contexts
    double[] sizes = new double[merged.size()];
    Arrays.fill(sizes, 1);
    document.merge(
        merged.keySet().stream().map(document.words()::get).toList(),
        merged.values().toArray(double[][]::new),
        sizes);
  }

  private List<Integer> kept(OracleDocument document, List<Integer> ranked, double[] votes) {
    List<Integer> ordered = mostFirst(ranked, votes);
    double q1 = quantile(ordered, votes, 0.25);
    double q3 = quantile(ordered, votes, 0.75);
    double fence = q3 + 1.5 * (q3 - q1);
    double mean = ranked.stream().mapToDouble(place -> votes[place]).average().orElseThrow();
    int outliers = 0;
    for (int place : ranked) {
      document.trace().decision(Math.abs(votes[place] - fence) / mean);
      outliers += votes[place] > fence ? 1 : 0;
    }
    int count = Math.max(outliers, merge.get(PruMerge.MINIMUM_TOKENS) - 2);
    if (count > outliers && count < ranked.size()) {
      double gap = votes[ordered.get(count - 1)] - votes[ordered.get(count)];
      document.trace().decision(gap / mean);
    }
    TreeSet<Integer> kept = new TreeSet<>(ordered.subList(0, count));
    if (merge.plus()) {
      int distance = Math.max(1, ranked.size() / (3 * count));
      for (int i = 0; i < ranked.size(); i += distance) {
        kept.add(ranked.get(i));
      }
    }
    return List.copyOf(kept);
  }

  private void takeUp(
      OracleDocument document,
      double[][] keys,
      List<Integer> kept,
      List<Integer> ranked,
      double[] votes,
      Map<Integer, double[]> merged) {
    int neighbours = Math.min(merge.get(PruMerge.NEIGHBOURS), ranked.size() / 8);
    if (neighbours == 0) {
      return;
    }
    document.trace().products().add(kept.size(), encoder.hidden(), ranked.size());
    for (int place : kept) {
      double[] cosines = new double[votes.length];
      for (int other : ranked) {
        cosines[other] = Rows.cosine(keys[place], keys[other]);
      }
      List<Integer> nearest =
          mostFirst(ranked.stream().filter(other -> other != place).toList(), cosines);
      double gap = cosines[nearest.get(neighbours - 1)] - cosines[nearest.get(neighbours)];
      document.trace().decision(gap / UNIT);
      List<Integer> cluster = new ArrayList<>(nearest.subList(0, neighbours));
      cluster.add(place);
      merged.put(place, mean(votes.length, cluster, votes));
    }
  }

  private static List<Integer> mostFirst(List<Integer> places, double[] values) {
    List<Integer> ordered = new ArrayList<>(places);
    ordered.sort(Comparator.comparingDouble((Integer place) -> values[place]).reversed());
    return ordered;
  }

  /** Between the two nearest ranks, as numpy does. */
  private static double quantile(List<Integer> mostFirst, double[] values, double q) {
    double[] ascending = mostFirst.stream().mapToDouble(place -> values[place]).sorted().toArray();
    double rank = q * (ascending.length - 1);
    int low = (int) rank;
    int high = Math.min(low + 1, ascending.length - 1);
    return ascending[low] + (rank - low) * (ascending[high] - ascending[low]);
  }

  /** {@code w_j = a_j / sum_i a_i} for the places of a cluster, 0 for others. */
  private static double[] mean(int tokens, List<Integer> cluster, double[] votes) {
    double sum = cluster.stream().mapToDouble(place -> votes[place]).sum();
    double[] weights = new double[tokens];
    for (int place : cluster) {
      weights[place] = votes[place] / sum;
    }
    return weights;
  }
}
