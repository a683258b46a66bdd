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
          "Invalid number of layers: %d (the encoder has %d)"
              .formatted(keptPerLayer.size(), encoder.layers()));
    }
    if (!(policy instanceof PtcPolicy ptc)) {
      long sum = 0;
      for (int kept : keptPerLayer) {
        sum += layer(kept, kept);
      }
      return sum;
    }
    boolean wholeTokens = ptc.scope() == PtcPolicy.Scope.TOKENS;
    int combinationTokens = ptc.combinationTokens();
    long sum = 0;
    for (int layer = 1; layer <= encoder.layers(); layer++) {
      int kept = keptPerLayer.get(layer - 1);
      int present = wholeTokens ? kept : keptPerLayer.get(0);
      if (ptc.combines() && layer == ptc.combiningLayer()) {
        sum += combining(present, combinationTokens);
      } else if (ptc.combines() && layer > ptc.combiningLayer()) {
        sum += layer(combinationTokens, combinationTokens);
      } else {
        sum += layer(present + combinationTokens, kept + combinationTokens);
      }
    }
    return sum;
  }

  /**
   * One encoder layer: {@code queries} rows go through it, {@code keys} of them are attended to.
   */
  private long layer(long queries, long keys) {
    long hidden = encoder.hidden();
    long projections = 2 * queries * hidden * hidden + 2 * keys * hidden * hidden;
    long attention = 2 * queries * keys * hidden;
    long feedForward = 2 * queries * hidden * encoder.intermediate();
    return 2 * (projections + attention + feedForward);
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
