package io.github.ptcspark.job.train;

import io.github.ptcspark.bundle.Bundle;
import java.util.List;

/**
 * What training made.
 *
 * @param bundle the model as it was after the best epoch
 * @param epochs all epochs in order
 * @param best the epoch with the lowest validation loss
 */
public record TrainedModel(Bundle bundle, List<EpochReport> epochs, EpochReport best) {

  /** Copies the list. */
  public TrainedModel {
    epochs = List.copyOf(epochs);
  }
}
