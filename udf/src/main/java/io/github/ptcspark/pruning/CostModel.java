package io.github.ptcspark.pruning;

import java.util.List;

/**
 * Floating-point operations of one document, counted as two for each multiply-add of a matrix
 * product in the encoder. Embeddings, softmax, normalisation and the classifier are left out: they
 * are the same for every policy or vanish beside the products.
 */
public final class CostModel {

  private final EncoderShape encoder;
  private final PruningPolicy policy;

  /** A cost model for one encoder under one policy. */
  public CostModel(EncoderShape encoder, PruningPolicy policy) {
    policy.checkAgainst(encoder);
    this.encoder = encoder;
    this.policy = policy;
  }

  /**
   * FLOPs of the unpruned encoder.
   *
   * @param tokens tokens read, [CLS] and [SEP] included
   */
  public long denseFlops(int tokens) {
    return encoder.layers() * layer(tokens, tokens);
  }

  /**
   * FLOPs under the policy.
   *
   * @param keptPerLayer tokens alive in each layer as {@link PruningStatistics#keptPerLayer()}
   *     reports them
   */
  public long flops(List<Integer> keptPerLayer) {
    if (keptPerLayer.size() != encoder.layers()) {
      throw new IllegalArgumentException(
          "Invalid number of layers: %s (the encoder has %s)"
              .formatted(keptPerLayer.size(), encoder.layers()));
    }
    if (!(policy instanceof PtcPolicy ptc)) {
      long sum = 0;
      for (int kept : keptPerLayer) {
        sum += layer(kept, kept);
      }
      return sum;
    }
    int combinationTokens = ptc.combinationTokens();
    long sum = 0;
    for (int layer = 1; layer <= encoder.layers(); layer++) {
      if (ptc.combines() && layer == ptc.combiningLayer()) {
        sum += combining(present(ptc, keptPerLayer, layer), combinationTokens);
      } else if (ptc.combines() && layer > ptc.combiningLayer()) {
        sum += layer(combinationTokens, combinationTokens);
      } else {
        long rows = (long) present(ptc, keptPerLayer, layer) + combinationTokens;
        long keys = (long) keptPerLayer.get(layer - 1) + combinationTokens;
        long staying =
            (long) present(ptc, keptPerLayer, Math.min(layer + 1, encoder.layers()))
                + combinationTokens;
        sum += attention(rows, keys) + transformation(staying);
      }
    }
    return sum;
  }

  /** Word pieces with a hidden state in a layer. */
  private static int present(PtcPolicy ptc, List<Integer> keptPerLayer, int layer) {
    return keptPerLayer.get(ptc.scope() == PtcPolicy.Scope.TOKENS ? layer - 1 : 0);
  }

  /** A whole encoder layer. */
  private long layer(long rows, long keys) {
    return attention(rows, keys) + transformation(rows);
  }

  /** Projections of queries, keys and values, and the attention of {@code rows} to {@code keys}. */
  private long attention(long rows, long keys) {
    long hidden = encoder.hidden();
    return 2 * (rows * hidden * hidden + 2 * keys * hidden * hidden + 2 * rows * keys * hidden);
  }

  /** Attention output and feed-forward network: only for rows that the next layer still sees. */
  private long transformation(long rows) {
    long hidden = encoder.hidden();
    return 2 * (rows * hidden * hidden + 2 * rows * hidden * encoder.intermediate());
  }

  /**
   * Equations 9 to 11 as the program computes them: W_k is applied to the queries and W_v to the
   * group means, so that all four projections work on combination tokens.
   */
  private long combining(long words, long combinationTokens) {
    long hidden = encoder.hidden();
    long projections = 4 * combinationTokens * hidden * hidden;
    long similaritiesAndSums = 2 * words * combinationTokens * hidden;
    return 2 * (projections + similaritiesAndSums);
  }
}
