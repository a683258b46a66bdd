package io.github.ptcspark.pruning;

import java.util.List;

/**
 * What a policy did to one document.
 *
 * @param windows pieces in which the document was read; 1 unless it was longer than the model reads
 *     at once
 * @param tokensRead tokens that entered the model, [CLS] and [SEP] of every window included
 * @param keptPerLayer tokens whose keys and values take part in each layer, first layer first,
 *     summed over windows. Combination tokens are not counted, except after the combining layer,
 *     where they are the only tokens; in the combining layer the tokens that are combined count
 * @param combinationTokens combination tokens that received at least one token, summed over windows
 * @param flops floating-point operations of the encoder, in both readings if there were two
 * @param flopsDense those of the same document without pruning
 */
public record PruningStatistics(
    int windows,
    int tokensRead,
    List<Integer> keptPerLayer,
    int combinationTokens,
    long flops,
    long flopsDense) {

  /** Copies the list. */
  public PruningStatistics {
    keptPerLayer = List.copyOf(keptPerLayer);
  }

  /** The same with more floating-point operations. */
  public PruningStatistics withMore(long more) {
    return new PruningStatistics(
        windows, tokensRead, keptPerLayer, combinationTokens, flops + more, flopsDense);
  }

  /** FLOPs as a share of the unpruned model's. */
  public double cost() {
    return (double) flops / flopsDense;
  }
}
