package io.github.ptcspark.job.train;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.inference.TrainingPrecision;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What a training run made.
 *
 * @param bundle the model
 * @param digest identifies it
 * @param out where it was written
 * @param data what it learnt from
 * @param trained how training went
 * @param products of linear layers in training
 * @param seconds wall time, reading and writing included
 */
public record TrainSummary(
    Bundle bundle,
    String digest,
    Path out,
    TrainingData data,
    TrainedModel trained,
    TrainingPrecision products,
    double seconds) {

  /** The summary for a terminal. */
  public String text() {
    EpochReport best = trained.best();
    return String.format(
        Locale.ROOT,
        """
        trained on %,d documents of %d classes, validated on %,d, with products in %s, in %.0f s
        best epoch %d of %d: validation loss %.3f, accuracy %.1f %%, macro F1 %.1f %%
        %spolicy %s, precision %s
        model %s
        written to %s
        """,
        data.training().size(),
        data.labels().size(),
        data.validation().size(),
        products,
        seconds,
        best.epoch(),
        trained.epochs().size(),
        best.validationLoss(),
        100 * best.accuracy(),
        100 * best.macroF1(),
        trained.divergence().map(early -> "ended early: " + early.text() + "\n").orElse(""),
        bundle.settings().policy(),
        bundle.settings().precision(),
        digest,
        out);
  }
}
