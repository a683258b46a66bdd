package io.github.ptcspark.oracle;

import java.util.List;

/**
 * What the oracle computed for one document. Layers are counted from 1; lists by layer begin with
 * layer 1.
 */
public final class OracleOutput {

  private final double[][] tokens;
  private final double[] pooled;
  private final double[] logits;
  private final OracleTrace trace;

  OracleOutput(double[][] tokens, double[] pooled, double[] logits, OracleTrace trace) {
    this.tokens = Rows.copy(tokens);
    this.pooled = pooled.clone();
    this.logits = logits.clone();
    this.trace = trace;
  }

  /** {@code [labels]}; empty for an encoder without a classifier. */
  public double[] logits() {
    return logits.clone();
  }

  /** What the classifier reads, {@code [hidden]}. */
  public double[] pooled() {
    return pooled.clone();
  }

  /**
   * The hidden states after the last layer, {@code [tokens, hidden]}: the combination tokens if the
   * policy combines, else the word pieces present.
   */
  public double[][] tokens() {
    return Rows.copy(tokens);
  }

  /**
   * By layer, how many word pieces are keys; in the combining layer how many are combined; after it
   * the number of combination tokens.
   */
  public List<Integer> keptPerLayer() {
    return trace.keptPerLayer();
  }

  /**
   * By layer, the positions in the document of the word pieces that are keys, ascending; in the
   * combining layer of those that are combined; empty after it.
   */
  public List<List<Integer>> keptPositions() {
    return trace.keptPositions();
  }

  /**
   * By layer, the score of each token of {@link #keptPositions()}, whether or not anything is
   * pruned by it; empty from the combining layer on.
   */
  public List<List<Double>> scores() {
    return trace.scores();
  }

  /** The combination token of each word piece that is combined; empty without combining. */
  public List<Integer> groups() {
    return trace.groups();
  }

  /** How many combination tokens received at least one word piece. */
  public int combinationTokensUsed() {
    return trace.used();
  }

  /** Floating-point operations of the matrix products of the encoder. */
  public long flops() {
    return trace.products().flops();
  }

  /**
   * The smallest distance by which a decision fell: of scores in multiples of the mean score of the
   * tokens that could be pruned, in the combining module between logits; infinite without
   * decisions. In single precision a document with a tiny margin may come out otherwise.
   */
  public double margin() {
    return trace.margin();
  }
}
