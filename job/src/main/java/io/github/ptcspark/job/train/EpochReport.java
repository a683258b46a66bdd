package io.github.ptcspark.job.train;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How training stood after an epoch.
 *
 * @param epoch counted from 1
 * @param trainingLoss mean cross-entropy of the training documents during the epoch
 * @param validationLoss mean cross-entropy of the validation documents after it
 * @param accuracy share of the validation documents with the right label
 * @param macroF1 mean F1 of the classes
 * @param seconds time since the beginning of training
 */
public record EpochReport(
    int epoch,
    double trainingLoss,
    double validationLoss,
    double accuracy,
    double macroF1,
    double seconds) {

  /** The facts by name, for the provenance of a model. */
  Map<String, Object> details() {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("epoch", epoch);
    details.put("training_loss", trainingLoss);
    details.put("validation_loss", validationLoss);
    details.put("validation_accuracy", accuracy);
    details.put("validation_macro_f1", macroF1);
    return details;
  }
}
