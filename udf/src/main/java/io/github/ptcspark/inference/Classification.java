package io.github.ptcspark.inference;

import io.github.ptcspark.pruning.PruningStatistics;
import java.util.List;

/**
 * What a model says of one document.
 *
 * @param labelId id of the label with the highest score; the lower id among equals
 * @param label its name
 * @param scores softmax of the logits by label id
 * @param tokens word pieces in the document, without [CLS] and [SEP]
 * @param tokensKept tokens alive after the last pruning, [CLS] and [SEP] included, summed over
 *     windows; combination tokens are not counted
 * @param truncated whether something of the document was not read
 * @param escalated whether the pruned reading was unsure, so that the document was read again in
 *     full: label, scores and whether it was truncated are those of that reading, all else is of
 *     the first, but for FLOPs, which are of both
 * @param statistics what pruning did
 */
public record Classification(
    int labelId,
    String label,
    List<Float> scores,
    int tokens,
    int tokensKept,
    boolean truncated,
    boolean escalated,
    PruningStatistics statistics) {

  /** The score of the label. */
  public float score() {
    return scores.get(labelId);
  }

  /** The answer of another reading of the document, to which this one escalated. */
  Classification escalatedTo(Classification other) {
    return new Classification(
        other.labelId,
        other.label,
        other.scores,
        tokens,
        tokensKept,
        other.truncated,
        true,
        statistics.withMore(other.statistics.flops()));
  }
}
