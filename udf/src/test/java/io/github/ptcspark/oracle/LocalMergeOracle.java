package io.github.ptcspark.oracle;

import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.methods.LocalMerge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Local merging (Goetz et al., ICML 2025): by turns the tokens between [CLS] and [SEP] are A and B;
 * A_i may merge into the B_j of {@code |i - j| < k} with the most similar key.
 */
record LocalMergeOracle(LocalMerge merge, EncoderShape encoder, Optional<Combination> combination)
    implements StepOracle {

  /** So much of a cosine counts as a whole in margins. */
  private static final double UNIT = 0.1;

  /**
   * A pair of places among the word pieces.
   *
   * @param lead by how much b is more similar to a than any other B
   */
  private record Pair(int a, int b, double similarity, double lead) {}

  @Override
  public void afterAttention(OracleDocument document, LayerAttention attention) {
    int next = attention.layer() + 1;
    int end = combination.map(Combination::layer).orElse(encoder.layers());
    if (next < merge.get(LocalMerge.LAYERS).first()
        || next > Math.min(merge.get(LocalMerge.LAYERS).last(), end)) {
      return;
    }
    int tokens = document.words().size();
    List<Integer> halfA = new ArrayList<>();
    List<Integer> halfB = new ArrayList<>();
    for (int place = 1; place < tokens - 1; place++) {
      (place % 2 == 1 ? halfA : halfB).add(place);
    }
    int most =
        Math.min(
            (int) Math.floor(merge.get(LocalMerge.MERGE_RATIO) * tokens + 1e-9),
            tokens - merge.get(LocalMerge.MINIMUM_TOKENS));
    List<Pair> merging = List.of();
    if (most > 0 && !halfB.isEmpty()) {
      int reach = 2 * Math.min(merge.get(LocalMerge.NEIGHBOURS), halfA.size()) - 1;
      document.trace().products().add(halfA.size(), encoder.hidden() / encoder.heads(), reach);
      merging = best(document, pairs(attention, halfA, halfB), most);
    }
    merge(document, merging);
  }

  private List<Pair> pairs(LayerAttention attention, List<Integer> halfA, List<Integer> halfB) {
    double[][] keys =
        Arrays.stream(attention.keys()).map(this::meanOfHeads).toArray(double[][]::new);
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < halfA.size(); i++) {
      Pair best = null;
      for (int j = 0; j < halfB.size(); j++) {
        if (Math.abs(i - j) < merge.get(LocalMerge.NEIGHBOURS)) {
          double cosine = Rows.cosine(keys[halfA.get(i)], keys[halfB.get(j)]);
          if (best == null) {
            best = new Pair(halfA.get(i), halfB.get(j), cosine, Double.POSITIVE_INFINITY);
          } else if (cosine > best.similarity()) {
            best = new Pair(halfA.get(i), halfB.get(j), cosine, cosine - best.similarity());
          } else {
            double lead = Math.min(best.lead(), best.similarity() - cosine);
            best = new Pair(best.a(), best.b(), best.similarity(), lead);
          }
        }
      }
      if (best != null) {
        pairs.add(best);
      }
    }
    return pairs;
  }

  private double[] meanOfHeads(double[] key) {
    int heads = encoder.heads();
    double[] mean = new double[key.length / heads];
    for (int k = 0; k < key.length; k++) {
      mean[k % mean.length] += key[k] / heads;
    }
    return mean;
  }

  private List<Pair> best(OracleDocument document, List<Pair> pairs, int most) {
    List<Pair> ordered = new ArrayList<>(pairs);
    ordered.sort(Comparator.comparingDouble(Pair::similarity).reversed().thenComparingInt(Pair::a));
    List<Pair> merging =
        ordered.stream()
            .limit(most)
            .filter(pair -> pair.similarity() > merge.get(LocalMerge.THRESHOLD))
            .toList();
    double margin = Double.POSITIVE_INFINITY;
    for (Pair pair : pairs) {
      margin = Math.min(margin, Math.abs(pair.similarity() - merge.get(LocalMerge.THRESHOLD)));
    }
    for (Pair pair : merging) {
      margin = Math.min(margin, pair.lead());
    }
    if (most < ordered.size()) {
      margin =
          Math.min(margin, ordered.get(most - 1).similarity() - ordered.get(most).similarity());
    }
    document.trace().decision(margin / UNIT);
    return merging;
  }

  /** Every token that is left is the mean of its own, by their sizes. */
  private static void merge(OracleDocument document, List<Pair> merging) {
    List<Integer> words = document.words();
    int tokens = words.size();
    int[] into = new int[tokens];
    Arrays.setAll(into, place -> place);
    for (Pair pair : merging) {
      into[pair.a()] = pair.b();
    }
    double[] sizes = document.sizes(BertOracle.range(tokens));
    List<Integer> positions = new ArrayList<>();
    List<double[]> weights = new ArrayList<>();
    List<Double> sums = new ArrayList<>();
    for (int place = 0; place < tokens; place++) {
      if (into[place] == place) {
        double[] own = new double[tokens];
        double sum = 0;
        for (int j = 0; j < tokens; j++) {
          if (into[j] == place) {
            own[j] = sizes[j];
            sum += sizes[j];
          }
        }
        for (int j = 0; j < tokens; j++) {
          own[j] /= sum;
        }
        positions.add(words.get(place));
        weights.add(own);
        sums.add(sum);
      }
    }
    document.merge(
        positions,
        weights.toArray(double[][]::new),
        sums.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
