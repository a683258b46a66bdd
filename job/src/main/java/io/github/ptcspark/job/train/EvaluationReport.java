package io.github.ptcspark.job.train;

import io.github.ptcspark.bundle.ModelSettings;

/**
 * How well and how fast a model labels a corpus.
 *
 * @param metrics of the documents that got a label and have a true one
 * @param rejected documents that got no label
 * @param unlabelled documents whose true label is null; they are classified and not scored
 * @param meanCost mean share of the unpruned model's FLOPs, over the labelled documents
 * @param seconds wall time of reading and classifying, loading of the model included
 * @param digest the model
 * @param settings how it was run
 */
public record EvaluationReport(
    Metrics metrics,
    long rejected,
    long unlabelled,
    double meanCost,
    double seconds,
    String digest,
    ModelSettings settings) {

  /** All documents. */
  public long documents() {
    return metrics.documents() + rejected + unlabelled;
  }

  /** Documents classified a second. */
  public double documentsPerSecond() {
    return documents() / seconds;
  }
}
