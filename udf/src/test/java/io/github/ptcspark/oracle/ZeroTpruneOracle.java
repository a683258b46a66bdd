package io.github.ptcspark.oracle;

import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.ZeroTprune;
import io.github.ptcspark.pruning.methods.ZeroTprune.ClsWeight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Zero-TPrune (Wang, Dedhia and Jha, CVPR 2024): page rank in the graph of a layer's attention,
 * after tokens that are similar to more important ones have gone.
 */
record ZeroTpruneOracle(ZeroTprune policy, EncoderShape encoder, Optional<Combination> combination)
    implements StepOracle {

  /** So much of a cosine counts as a whole in margins. */
  private static final double UNIT = 0.1;

  @Override
  public void afterAttention(OracleDocument document, LayerAttention attention) {
    if (!isFewerIn(attention.layer() + 1)) {
      return;
    }
    int tokens = document.kept().size();
    double ratio = 1;
    for (int layer = 0; layer < policy.every(); layer++) {
      ratio *= policy.keepRatio();
    }
    int left = Math.max(floor(ratio * tokens), Math.min(tokens, policy.minimumTokens()));
    if (left < tokens) {
      List<Integer> rows = document.keyRows();
      List<Integer> nodes = BertOracle.range(rows.size());
      double[][][] graph = new double[encoder.heads()][rows.size()][];
      for (int h = 0; h < encoder.heads(); h++) {
        for (int node : nodes) {
          graph[h][node] = attention.probabilities()[h][rows.get(node)];
        }
      }
      int similar =
          Math.min(floor(policy.get(ZeroTprune.SIMILAR) * (tokens - left)), (tokens - 2) / 2);
      if (similar > 0) {
        nodes = withoutSimilar(document, graph, attention.keys(), similar);
      }
      List<Integer> places = important(document, graph, nodes, left, attention.layer());
      document.keep(places.stream().map(document.kept()::get).toList(), policy.scope());
    }
  }

  private boolean isFewerIn(int layer) {
    int first = policy.layers().first();
    if (policy.keepRatio() == 1
        || layer < first
        || layer > Math.min(policy.layers().last(), encoder.layers())
        || (layer - first) % policy.every() != 0) {
      return false;
    }
    return combination.isEmpty()
        || layer < combination.get().layer()
        || (layer == combination.get().layer() && policy.scope() == Scope.TOKENS);
  }

  /** Stages I' and S: the nodes that are left. */
  private List<Integer> withoutSimilar(
      OracleDocument document, double[][][] graph, double[][] keys, int similar) {
    int tokens = document.kept().size();
    double[] scores = scores(document, graph, BertOracle.range(graph[0].length), 1);
    List<Integer> ordered = new ArrayList<>(BertOracle.range(tokens).subList(1, tokens - 1));
    ordered.sort(Comparator.comparingDouble((Integer node) -> scores[node]).reversed());
    int better = ordered.size() - ordered.size() / 2;
    document.trace().decision(gap(ordered, scores, better) / mean(ordered, scores));
    List<Integer> worse = ordered.subList(better, ordered.size()).stream().sorted().toList();
    double[] similarity = new double[tokens];
    for (int node : worse) {
      similarity[node] =
          ordered.subList(0, better).stream()
              .mapToDouble(other -> Rows.cosine(keys[node], keys[other]))
              .max()
              .orElseThrow();
    }
    document.trace().products().add(worse.size(), encoder.hidden(), better);
    List<Integer> distinctFirst = new ArrayList<>(worse);
    distinctFirst.sort(Comparator.comparingDouble(node -> similarity[node]));
    int distinct = worse.size() - similar;
    document.trace().decision(Math.abs(gap(distinctFirst, similarity, distinct)) / UNIT);
    List<Integer> gone = distinctFirst.subList(distinct, worse.size());
    return BertOracle.range(graph[0].length).stream()
        .filter(node -> !gone.contains(node))
        .collect(Collectors.toList());
  }

  /** Stage I: the places of the word pieces that stay. */
  private List<Integer> important(
      OracleDocument document, double[][][] graph, List<Integer> nodes, int left, int layer) {
    double[][][] smaller = new double[graph.length][nodes.size()][nodes.size()];
    for (int h = 0; h < graph.length; h++) {
      for (int i = 0; i < nodes.size(); i++) {
        double sum = 0;
        for (int node : nodes) {
          sum += graph[h][nodes.get(i)][node];
        }
        for (int j = 0; j < nodes.size(); j++) {
          smaller[h][i][j] = graph[h][nodes.get(i)][nodes.get(j)] / sum;
        }
      }
    }
    double[] scores = scores(document, smaller, nodes, rounds(layer));
    int sep = document.kept().size() - 1;
    List<Integer> ordered =
        new ArrayList<>(nodes.stream().filter(node -> node > 0 && node < sep).toList());
    ordered.sort(Comparator.comparingDouble((Integer node) -> scores[node]).reversed());
    document.trace().decision(gap(ordered, scores, left - 2) / mean(ordered, scores));
    List<Integer> places = new ArrayList<>(ordered.subList(0, left - 2));
    places.add(0);
    places.add(sep);
    return places.stream().sorted().toList();
  }

  private int rounds(int layer) {
    if (policy.get(ZeroTprune.ROUNDS) > 0) {
      return policy.get(ZeroTprune.ROUNDS);
    }
    int quarter = encoder.layers() / 4;
    return layer <= quarter ? 30 : layer > encoder.layers() - quarter ? 1 : 5;
  }

  /** By node: those that are not ranked have none. */
  private double[] scores(
      OracleDocument document, double[][][] graph, List<Integer> nodes, int rounds) {
    int n = nodes.size();
    int sep = document.kept().size() - 1;
    List<double[]> heads = new ArrayList<>();
    List<double[]> counting = new ArrayList<>();
    for (double[][] head : graph) {
      double[] votes = new double[n];
      Arrays.fill(votes, 1);
      votes[0] = policy.get(ZeroTprune.CLS_WEIGHT) == ClsWeight.ROOT ? Math.sqrt(n) : 1;
      double total = Arrays.stream(votes).sum();
      for (int i = 0; i < n; i++) {
        votes[i] *= n / total;
      }
      for (int round = 0; round < rounds; round++) {
        double[] next = new double[n];
        for (int i = 0; i < n; i++) {
          for (int j = 0; j < n; j++) {
            next[j] += head[i][j] * votes[i];
          }
        }
        votes = next;
        document.trace().products().add(1, n, n);
      }
      double variance = variance(votes, nodes, sep);
      document.trace().decision(Math.abs(variance - policy.get(ZeroTprune.LEAST_VARIANCE)));
      document.trace().decision(Math.abs(variance - policy.get(ZeroTprune.MOST_VARIANCE)));
      heads.add(votes);
      if (variance >= policy.get(ZeroTprune.LEAST_VARIANCE)
          && variance <= policy.get(ZeroTprune.MOST_VARIANCE)) {
        counting.add(votes);
      }
    }
    List<double[]> counted = counting.isEmpty() ? heads : counting;
    double[] scores = new double[nodes.get(n - 1) + 1];
    for (int i = 0; i < n; i++) {
      double squares = 0;
      for (double[] votes : counted) {
        squares += votes[i] * votes[i];
      }
      scores[nodes.get(i)] = Math.sqrt(squares / counted.size());
    }
    return scores;
  }

  /** Of the word pieces between [CLS] and [SEP], as multiples of their mean. */
  private static double variance(double[] votes, List<Integer> nodes, int sep) {
    List<Double> ranked = new ArrayList<>();
    for (int i = 0; i < votes.length; i++) {
      if (nodes.get(i) > 0 && nodes.get(i) < sep) {
        ranked.add(votes[i]);
      }
    }
    double mean = ranked.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    return ranked.stream()
        .mapToDouble(share -> (share / mean - 1) * (share / mean - 1))
        .average()
        .orElseThrow();
  }

  /** Between the last of some that come first and the next. */
  private static double gap(List<Integer> ordered, double[] values, int first) {
    return first == 0 || first == ordered.size()
        ? Double.POSITIVE_INFINITY
        : values[ordered.get(first - 1)] - values[ordered.get(first)];
  }

  private static double mean(List<Integer> places, double[] values) {
    return places.stream().mapToDouble(place -> values[place]).average().orElseThrow();
  }

  private static int floor(double product) {
    return (int) Math.floor(product + 1e-9);
  }
}
