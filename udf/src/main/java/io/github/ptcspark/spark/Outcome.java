package io.github.ptcspark.spark;

import ai.djl.engine.EngineException;
import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.inference.Classifier;
import org.apache.spark.sql.Row;

/**
 * What becomes of a text: a classification or the reason why there is none.
 *
 * @param classification what the model says, or null
 * @param error see {@link DocumentSchema#ERROR_TYPE}, or null
 */
record Outcome(Classification classification, Row error) {

  /** Classifies a text; one on which the model fails takes nothing else down with it. */
  static Outcome of(Classifier classifier, String text) {
    if (text == null || text.isBlank()) {
      String message = text == null ? "the text is null" : "the text is empty or blank";
      return new Outcome(null, Reject.EMPTY_TEXT.error(message));
    }
    try {
      return new Outcome(classifier.classify(text), null);
    } catch (EngineException | IllegalArgumentException | IllegalStateException e) {
      return new Outcome(null, Reject.INFERENCE_FAILED.error(e.getMessage()));
    }
  }

  /** Whether there is a classification. */
  boolean isLabelled() {
    return classification != null;
  }
}
