package io.github.ptcspark.job.train;

import io.github.ptcspark.bundle.Bundle;
import java.util.List;
import java.util.Optional;

/**
 * What training made.
 *
 * @param bundle the model as it was after the best epoch
 * @param epochs all epochs that came to their end, in order
 * @param best the epoch with the lowest validation loss
 * @param divergence why there are fewer epochs than were asked for
 */
public record TrainedModel(
    Bundle bundle, List<EpochReport> epochs, EpochReport best, Optional<Divergence> divergence) {

  /** Copies the list. */
  public TrainedModel {
    epochs = List.copyOf(epochs);
  }
}
