package io.github.ptcspark.pruning;

import java.util.List;
import java.util.Optional;

/**
 * Floating-point operations of one document, counted as two for each multiply-add of a matrix
 * product in the encoder. Embeddings, softmax, normalisation and the classifier are left out: they
 * are the same for every policy or vanish beside the products. What methods do beyond the layers
 * counts.
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
   * @param work on how many tokens each layer worked
   */
  public long flops(LayerWork work) {
    for (List<Integer> tokens : List.of(work.rows(), work.kept(), work.staying())) {
      if (tokens.size() != encoder.layers()) {
        throw new IllegalArgumentException(
            "Invalid number of layers: %s (the encoder has %s)"
                .formatted(tokens.size(), encoder.layers()));
      }
    }
    Optional<Combination> combination = policy.combination();
    long sum = 0;
    for (int layer = 1; layer <= encoder.layers(); layer++) {
      if (!policy.replaces(layer)) {
        int carried =
            layer < policy.lastWordLayer(encoder.layers() + 1)
                ? combination.map(Combination::carried).orElse(0)
                : 0;
        sum +=
            attention(work.rows().get(layer - 1), work.kept().get(layer - 1) + carried)
                + transformation(work.staying().get(layer - 1));
      }
    }
    for (Step step : policy.steps()) {
      sum += step.flops(encoder, combination, work);
    }
    return sum;
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
}
