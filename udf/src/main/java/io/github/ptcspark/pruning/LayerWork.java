package io.github.ptcspark.pruning;

import java.util.List;

/**
 * On how many tokens each layer worked for one document, first layer first.
 *
 * @param rows tokens with a query, those that are carried beside the word pieces included
 * @param kept word pieces with a key and a value, see {@link PruningStatistics#keptPerLayer()}
 * @param staying tokens that go through the rest of the layer
 */
public record LayerWork(List<Integer> rows, List<Integer> kept, List<Integer> staying) {

  /** Copies the lists. */
  public LayerWork {
    rows = List.copyOf(rows);
    kept = List.copyOf(kept);
    staying = List.copyOf(staying);
  }
}
