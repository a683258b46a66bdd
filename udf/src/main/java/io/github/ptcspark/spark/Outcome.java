package io.github.ptcspark.spark;

import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.InferenceException;
import org.apache.spark.sql.Row;

/**
 * What becomes of a document: a classification or the reason why there is none.
 *
 * @param classification what the model says, or null
 * @param error see {@link DocumentSchema#ERROR_TYPE}, or null
 * @param millis the time that it took
 */
record Outcome(Classification classification, Row error, double millis) {

  /** Classifies a text; one on which the model fails takes nothing else down with it. */
  static Outcome of(Classifier classifier, String text) {
    if (text == null || text.isBlank()) {
      return rejected(
          Reject.EMPTY_TEXT.error(
              text == null ? "the text is null" : "the text is empty or blank"));
    }
    long start = System.nanoTime();
    try {
      Classification result = classifier.classify(text);
      double millis = millisSince(start);
      InferenceMetrics.labelled(result, millis);
      return new Outcome(result, null, millis);
    } catch (InferenceException e) {
      InferenceMetrics.rejected();
      return new Outcome(null, Reject.INFERENCE_FAILED.error(e.getMessage()), millisSince(start));
    }
  }

  /** The outcome for a document that the model does not see. */
  static Outcome rejected(Row error) {
    InferenceMetrics.rejected();
    return new Outcome(null, error, 0);
  }

  /** Whether there is a classification. */
  boolean isLabelled() {
    return classification != null;
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
