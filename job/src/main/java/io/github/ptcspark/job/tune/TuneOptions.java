package io.github.ptcspark.job.tune;

import io.github.ptcspark.job.corpus.CorpusOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * What to tune a policy on.
 *
 * @param model as the user named it
 * @param tasks the corpora that choose the setting; the one kept column of each is the label
 * @param unseen the corpus on which the chosen setting is measured
 * @param examplesPerClass the most examples of a class that a head is fitted on
 * @param documents the most other documents of a task that accuracy is measured on
 * @param maxAccuracyLoss how much the mean accuracy of the tasks may fall, of 1
 * @param seed which documents are drawn
 */
public record TuneOptions(
    String model,
    List<CorpusOptions> tasks,
    CorpusOptions unseen,
    int examplesPerClass,
    int documents,
    double maxAccuracyLoss,
    long seed) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException with all that is wrong
   */
  public TuneOptions {
    tasks = List.copyOf(tasks);
    List<String> problems = new ArrayList<>();
    if (examplesPerClass < 1) {
      problems.add("--examples-per-class: %s (at least 1)".formatted(examplesPerClass));
    }
    if (documents < 1) {
      problems.add("--documents: %s (at least 1)".formatted(documents));
    }
    if (!(maxAccuracyLoss >= 0 && maxAccuracyLoss < 1)) {
      problems.add(
          "--max-accuracy-loss: %s (0 to below 1, such as 0.01)".formatted(maxAccuracyLoss));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("Invalid value for " + String.join("; for ", problems));
    }
  }
}
