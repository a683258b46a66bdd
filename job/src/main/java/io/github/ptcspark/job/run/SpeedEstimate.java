package io.github.ptcspark.job.run;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.Placement;
import java.util.List;

/** A quick measurement of how fast a model is on this machine. */
final class SpeedEstimate {

  private static final double SECONDS = 3;

  private SpeedEstimate() {}

  /**
   * Documents a second on one thread: the texts again and again for three seconds, after each was
   * read once to warm up.
   */
  static double documentsPerSecond(
      Bundle bundle, ModelSettings settings, Placement placement, List<String> texts) {
    try (Classifier classifier = new Classifier(bundle, settings, placement)) {
      classifier.classify(texts.stream().map(classifier::prepare).toList());
      long start = System.nanoTime();
      long documents = 0;
      double seconds = 0;
      while (seconds < SECONDS) {
        // Whole rounds only, so that every text counts alike.
        classifier.classify(texts.stream().map(classifier::prepare).toList());
        documents += texts.size();
        seconds = (System.nanoTime() - start) / 1e9;
      }
      return documents / seconds;
    }
  }
}
