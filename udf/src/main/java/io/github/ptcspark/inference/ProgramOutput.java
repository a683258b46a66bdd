package io.github.ptcspark.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the program says of packed documents. */
public final class ProgramOutput {

  private final int documents;
  private final int layers;
  private final float[] logits;
  private final long[] alive;
  private final long[] used;

  /**
   * The program's plain output.
   *
   * @param logits {@code [documents, labels]}
   * @param alive tokens alive, {@code [layers, documents]}
   * @param used combination tokens used, {@code [documents]}
   */
  ProgramOutput(int documents, int layers, float[] logits, long[] alive, long[] used) {
    this.documents = documents;
    this.layers = layers;
    this.logits = logits;
    this.alive = alive;
    this.used = used;
  }

  /** Logits of a document by label id; empty if the model has no classifier. */
  public float[] logits(int document) {
    int labels = logits.length / documents;
    return Arrays.copyOfRange(logits, document * labels, (document + 1) * labels);
  }

  /** Tokens alive in each layer, see {@code PruningStatistics}. */
  public List<Integer> keptPerLayer(int document) {
    List<Integer> kept = new ArrayList<>(layers);
    for (int layer = 0; layer < layers; layer++) {
      kept.add(Math.toIntExact(alive[layer * documents + document]));
    }
    return kept;
  }

  /** Combination tokens that received at least one token. */
  public int combinationTokensUsed(int document) {
    return Math.toIntExact(used[document]);
  }
}
