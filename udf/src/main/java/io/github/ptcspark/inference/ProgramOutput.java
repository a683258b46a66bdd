package io.github.ptcspark.inference;

import io.github.ptcspark.pruning.LayerWork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the program says of packed documents. */
public final class ProgramOutput {

  private final int documents;
  private final float[] logits;
  private final long[] kept;
  private final long[] rows;
  private final long[] staying;
  private final long[] used;

  /**
   * The program's plain output.
   *
   * @param logits {@code [documents, labels]}
   * @param kept word pieces that give keys and values, {@code [layers, documents]}
   * @param rows tokens with a query, of the same shape
   * @param staying tokens that go through the rest of a layer, of the same shape
   * @param used combination tokens used, {@code [documents]}
   */
  ProgramOutput(
      int documents, float[] logits, long[] kept, long[] rows, long[] staying, long[] used) {
    this.documents = documents;
    this.logits = logits;
    this.kept = kept;
    this.rows = rows;
    this.staying = staying;
    this.used = used;
  }

  /** Logits of a document by label id; empty if the model has no classifier. */
  public float[] logits(int document) {
    int labels = logits.length / documents;
    return Arrays.copyOfRange(logits, document * labels, (document + 1) * labels);
  }

  /** Tokens kept in each layer, see {@code PruningStatistics}. */
  public List<Integer> keptPerLayer(int document) {
    return ofDocument(kept, document);
  }

  /** On how many tokens each layer worked. */
  public LayerWork work(int document) {
    return new LayerWork(
        ofDocument(rows, document), ofDocument(kept, document), ofDocument(staying, document));
  }

  private List<Integer> ofDocument(long[] byLayer, int document) {
    List<Integer> values = new ArrayList<>();
    for (int at = document; at < byLayer.length; at += documents) {
      values.add(Math.toIntExact(byLayer[at]));
    }
    return values;
  }

  /** Combination tokens that received at least one token. */
  public int combinationTokensUsed(int document) {
    return Math.toIntExact(used[document]);
  }
}
