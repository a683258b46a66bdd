package io.github.ptcspark.spark;

import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.inference.Classifier;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * What becomes of a document: a classification or the reason why there is none.
 *
 * @param classification what the model says, or null
 * @param error see {@link DocumentSchema#ERROR_TYPE}, or null
 * @param auditLabel what it is labelled in full, if that was looked at, or null
 * @param millis the time that it took; of several in one call, each one's share by its FLOPs
 */
record Outcome(Classification classification, Row error, String auditLabel, double millis) {

  /** Classifies a text alone. */
  static Outcome of(Classifier classifier, String text) {
    Pack pack = new Pack(classifier);
    pack.add(text);
    return pack.classify().get(0);
  }

  static Outcome labelled(Classification classification, double millis) {
    InferenceMetrics.labelled(classification, millis);
    return new Outcome(classification, null, null, millis);
  }

  static Outcome rejected(Row error, double millis) {
    InferenceMetrics.rejected();
    return new Outcome(null, error, null, millis);
  }

  Outcome withAudit(String label) {
    return new Outcome(classification, error, label, millis);
  }

  /** The rows of documents with their outcomes, in the same order. */
  static List<Row> rows(List<Outcome> outcomes, List<Row> documents) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < documents.size(); i++) {
      rows.add(outcomes.get(i).row(documents.get(i)));
    }
    return rows;
  }

  private Row row(Row document) {
    return classification != null
        ? ClassifiedSchema.labelled(document, classification, auditLabel, millis)
        : ClassifiedSchema.rejected(document, error, auditLabel, millis);
  }
}
