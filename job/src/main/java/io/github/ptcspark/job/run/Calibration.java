package io.github.ptcspark.job.run;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.inference.Classifier;
import java.util.List;

/** A quick measurement of how fast a model is on this machine. */
final class Calibration {

  private static final double SECONDS = 3;

  private Calibration() {}

  /**
   * Documents a second on one thread: the texts again and again for three seconds, after each was
   * read once to warm up.
   */
  static double documentsPerSecond(Bundle bundle, ModelSettings settings, List<String> texts) {
    try (Classifier classifier = new Classifier(bundle, settings)) {
      texts.forEach(classifier::classify);
      long start = System.nanoTime();
      long documents = 0;
      double seconds = 0;
      while (seconds < SECONDS) {
        // Whole rounds only, so that every text counts alike.
        texts.forEach(classifier::classify);
        documents += texts.size();
        seconds = (System.nanoTime() - start) / 1e9;
      }
      return documents / seconds;
    }
  }
}
