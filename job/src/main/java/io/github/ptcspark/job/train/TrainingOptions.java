package io.github.ptcspark.job.train;

import io.github.ptcspark.inference.TrainingPrecision;
import java.util.ArrayList;
import java.util.List;

/**
 * How to train.
 *
 * @param epochs times that every document is read
 * @param learningRate the largest learning rate
 * @param warmUp share of the steps in which the rate grows from 0 to the largest; then it falls to
 *     0
 * @param weightDecay decoupled weight decay of matrices
 * @param largestNorm the gradient is shortened to this norm
 * @param dropout share of activations dropped, see {@code StepSettings}
 * @param batchTokens most tokens a step
 * @param batchDocuments most documents a step
 * @param maxTokens most tokens read of a document, [CLS] and [SEP] included; the model's own limit
 *     applies too
 * @param seed of the new weights, the split, the order of documents, dropout and noise
 * @param threads cores to use
 * @param precision of the products of linear layers
 */
public record TrainingOptions(
    int epochs,
    double learningRate,
    double warmUp,
    double weightDecay,
    double largestNorm,
    double dropout,
    int batchTokens,
    int batchDocuments,
    int maxTokens,
    long seed,
    int threads,
    TrainingPrecision precision) {

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException with all that is wrong
   */
  public TrainingOptions {
    List<String> problems = new ArrayList<>();
    require(epochs >= 1, "epochs: %s (at least 1)", epochs, problems);
    require(learningRate > 0, "learning rate: %s (above 0)", learningRate, problems);
    require(warmUp >= 0 && warmUp <= 1, "warm-up: %s (0 to 1)", warmUp, problems);
    require(weightDecay >= 0, "weight decay: %s (at least 0)", weightDecay, problems);
    require(largestNorm > 0, "largest norm: %s (above 0)", largestNorm, problems);
    require(dropout >= 0 && dropout < 1, "dropout: %s (0 to below 1)", dropout, problems);
    require(batchTokens >= 1, "batch tokens: %s (at least 1)", batchTokens, problems);
    require(batchDocuments >= 1, "batch documents: %s (at least 1)", batchDocuments, problems);
    require(maxTokens >= 3, "tokens a document: %s (at least 3)", maxTokens, problems);
    require(threads >= 1, "threads: %s (at least 1)", threads, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid training options: " + String.join("; ", problems));
    }
  }

  private static void require(boolean holds, String problem, Object value, List<String> problems) {
    if (!holds) {
      problems.add(problem.formatted(value));
    }
  }
}
