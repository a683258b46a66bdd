package io.github.ptcspark.bench;

import io.github.ptcspark.job.speed.Medians;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a variant on a corpus.
 *
 * @param variant what was run
 * @param millis processor time of a document, by round; empty if it did not run
 * @param peakBytes the most memory of a run
 * @param cosines with fp32, if that ran too
 * @param obstacle why it did not run
 */
record PeerResult(
    PeerVariant variant,
    List<Double> millis,
    long peakBytes,
    Optional<Cosines> cosines,
    Optional<String> obstacle) {

  boolean ran() {
    return !millis.isEmpty();
  }

  double median() {
    return Medians.of(millis.stream().mapToDouble(Double::doubleValue).toArray());
  }

  double least() {
    return Collections.min(millis);
  }

  double most() {
    return Collections.max(millis);
  }

  /** The fastest variant of a peer. */
  static Optional<PeerResult> best(List<PeerResult> results, String peer) {
    return results.stream()
        .filter(result -> result.ran() && result.variant().peer().equals(peer))
        .min(Comparator.comparingDouble(PeerResult::median));
  }
}
