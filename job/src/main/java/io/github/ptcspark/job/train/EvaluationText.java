package io.github.ptcspark.job.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ptcspark.job.report.Lines;
import java.util.List;

/** An evaluation for people and for machines. */
public final class EvaluationText {

  /** Beyond so many classes a confusion matrix does not fit a terminal. */
  private static final int MOST_COLUMNS = 20;

  private static final int MOST_CONFUSIONS = 10;
  private static final int WIDEST_LABEL = 32;

  private static final ObjectMapper JSON = new ObjectMapper();

  private EvaluationText() {}

  /** Tables for a terminal. */
  public static String table(EvaluationReport report) {
    Metrics metrics = report.metrics();
    Lines text = new Lines();
    text.add(
        "accuracy %.1f %%, macro F1 %.1f %%, micro F1 %.1f %% of %,d documents",
        100 * metrics.accuracy(),
        100 * metrics.macroF1(),
        100 * metrics.microF1(),
        metrics.documents());
    text.add(
        "cost %.1f %% of unpruned, %.1f documents a second (%.1f s)",
        100 * report.meanCost(), report.documentsPerSecond(), report.seconds());
    if (report.rejected() > 0 || report.unlabelled() > 0) {
      text.add(
          "not scored: %,d rejected, %,d without a label", report.rejected(), report.unlabelled());
    }
    text.add("model %s, %s, %s", report.digest(), report.settings().policy(), precision(report));
    text.add("");
    classes(text, metrics);
    text.add("");
    if (metrics.labels().size() <= MOST_COLUMNS) {
      matrix(text, metrics);
    } else {
      confusions(text, metrics);
    }
    return text.toString();
  }

  /** The same as JSON. */
  public static String json(EvaluationReport report) {
    Metrics metrics = report.metrics();
    ObjectNode json = JSON.createObjectNode();
    json.put("documents", report.documents());
    json.put("scored", metrics.documents());
    json.put("rejected", report.rejected());
    json.put("unlabelled", report.unlabelled());
    json.put("accuracy", metrics.accuracy());
    json.put("macro_f1", metrics.macroF1());
    json.put("micro_f1", metrics.microF1());
    json.put("mean_cost", report.meanCost());
    json.put("documents_per_second", report.documentsPerSecond());
    json.put("seconds", report.seconds());
    json.put("model_digest", report.digest());
    json.put("policy", report.settings().policy().toString());
    json.put("precision", precision(report));
    ArrayNode classes = json.putArray("classes");
    for (Metrics.ClassMetrics one : metrics.classes()) {
      classes
          .addObject()
          .put("label", one.label())
          .put("precision", one.precision())
          .put("recall", one.recall())
          .put("f1", one.f1())
          .put("support", one.support())
          .put("predicted", one.predicted());
    }
    ArrayNode confusion = json.putArray("confusion");
    for (int label = 0; label < metrics.labels().size(); label++) {
      ArrayNode row = confusion.addArray();
      for (int predicted = 0; predicted < metrics.labels().size(); predicted++) {
        row.add(metrics.documents(label, predicted));
      }
    }
    return json.toPrettyString();
  }

  private static String precision(EvaluationReport report) {
    return report.settings().precision().toString();
  }

  private static void classes(Lines text, Metrics metrics) {
    int width = labelWidth(metrics.labels());
    text.add(
        "%s  %9s  %6s  %5s  %9s", padded("label", width), "precision", "recall", "F1", "documents");
    for (Metrics.ClassMetrics one : metrics.classes()) {
      text.add(
          "%s  %9.1f  %6.1f  %5.1f  %,9d",
          padded(one.label(), width),
          100 * one.precision(),
          100 * one.recall(),
          100 * one.f1(),
          one.support());
    }
  }

  private static void matrix(Lines text, Metrics metrics) {
    List<String> labels = metrics.labels();
    int width = labelWidth(labels);
    int column = 3;
    for (int label = 0; label < labels.size(); label++) {
      for (int predicted = 0; predicted < labels.size(); predicted++) {
        column = Math.max(column, Long.toString(metrics.documents(label, predicted)).length());
      }
    }
    text.add("confusion: rows are true labels, columns predicted ones in the same order");
    for (int label = 0; label < labels.size(); label++) {
      StringBuilder row = new StringBuilder(padded(labels.get(label), width));
      for (int predicted = 0; predicted < labels.size(); predicted++) {
        long documents = metrics.documents(label, predicted);
        String cell = documents == 0 ? "." : Long.toString(documents);
        row.append("  ").append(" ".repeat(column - cell.length())).append(cell);
      }
      text.add("%s", row);
    }
  }

  private static void confusions(Lines text, Metrics metrics) {
    text.add("most frequent mistakes");
    for (Metrics.Confusion one : metrics.confusions().stream().limit(MOST_CONFUSIONS).toList()) {
      text.add("%,9d  %s labelled %s", one.documents(), one.label(), one.predicted());
    }
  }

  private static int labelWidth(List<String> labels) {
    int longest = labels.stream().mapToInt(String::length).max().orElse(0);
    return Math.max("label".length(), Math.min(WIDEST_LABEL, longest));
  }

  private static String padded(String label, int width) {
    String cut = label.length() > width ? label.substring(0, width - 1) + "…" : label;
    return cut + " ".repeat(width - cut.length());
  }
}
