package io.github.ptcspark.job.report.figures;

import java.util.List;
import java.util.Optional;

/**
 * What an output, or the part of it that one run wrote, holds.
 *
 * @param labels every label that occurs, the most frequent first
 * @param scores labelled documents by score, in {@value #SCORE_BINS} intervals of equal width from
 *     0 to 1
 * @param layers the layers of the encoder, the first one first
 * @param lengths documents by length, the shortest first
 * @param slowest the documents that took longest
 * @param rejects rejected documents by reason, the most frequent first
 * @param reliability if true labels are known
 */
public record OutputFigures(
    Totals totals,
    List<LabelFigures> labels,
    List<Long> scores,
    List<LayerFigures> layers,
    List<LengthFigures> lengths,
    List<SlowDocument> slowest,
    List<RejectFigures> rejects,
    Optional<Reliability> reliability) {

  /** Intervals of scores. */
  public static final int SCORE_BINS = 20;

  /** Copies the lists. */
  public OutputFigures {
    labels = List.copyOf(labels);
    scores = List.copyOf(scores);
    layers = List.copyOf(layers);
    lengths = List.copyOf(lengths);
    slowest = List.copyOf(slowest);
    rejects = List.copyOf(rejects);
  }

  /** The same with what true labels say. */
  OutputFigures with(Reliability known) {
    return new OutputFigures(
        totals, labels, scores, layers, lengths, slowest, rejects, Optional.of(known));
  }
}
