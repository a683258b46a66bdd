package io.github.ptcspark.job.report.page;

import io.github.ptcspark.job.report.Numbers;
import io.github.ptcspark.job.report.figures.Comparison;
import io.github.ptcspark.job.report.figures.LabelFigures;
import io.github.ptcspark.job.report.figures.LayerFigures;
import io.github.ptcspark.job.report.figures.LengthFigures;
import io.github.ptcspark.job.report.figures.OutputFigures;
import io.github.ptcspark.job.report.figures.RejectFigures;
import io.github.ptcspark.job.report.figures.Reliability;
import io.github.ptcspark.job.report.figures.Totals;
import java.util.List;

/** What the sections of a report come to, a sentence each. */
public final class Findings {

  private final OutputFigures figures;
  private final Totals totals;

  Findings(OutputFigures figures) {
    this.figures = figures;
    this.totals = figures.totals();
  }

  /** Of the labels. */
  public String labels() {
    if (figures.labels().isEmpty()) {
      return "No document has a label";
    }
    LabelFigures first = figures.labels().get(0);
    return "\u201c%s\u201d is the most frequent label: %s of the documents that have one"
        .formatted(first.label(), Numbers.percent(first.documents(), totals.labelled()));
  }

  /** Of the scores. */
  public String scores() {
    long low =
        figures.scores().subList(0, figures.scores().size() / 2).stream()
            .mapToLong(Long::longValue)
            .sum();
    return low == 0
        ? "Every labelled document scores at least 0.5"
        : "%s of the labelled documents score below 0.5"
            .formatted(Numbers.percent(low, totals.labelled()));
  }

  /** Of scores against true labels. */
  public String reliability() {
    Reliability reliability = figures.reliability().orElseThrow();
    if (reliability.documents() == 0) {
      return "No labelled document has a true label";
    }
    double difference = reliability.meanScore() - reliability.accuracy();
    String promise =
        "Scores average %s, %s of the labels are right"
            .formatted(
                Numbers.percent(reliability.meanScore()), Numbers.percent(reliability.accuracy()));
    if (Math.abs(difference) < 0.02) {
      return promise;
    }
    return promise
        + (difference > 0
            ? ": the model is too sure of itself"
            : ": the model is right more often than it says");
  }

  /** Of the layers. */
  public String layers() {
    List<LayerFigures> layers = figures.layers();
    if (layers.isEmpty()) {
      return "No token was read";
    }
    LayerFigures last = layers.get(layers.size() - 1);
    return "The last of %s works on %s of the tokens"
        .formatted(Numbers.count(layers.size(), "layer"), Numbers.percent(last.share()));
  }

  /** Of cost by length. */
  public String lengths() {
    List<LengthFigures> lengths = figures.lengths();
    if (lengths.isEmpty()) {
      return "No token was read";
    }
    LengthFigures first = lengths.get(0);
    LengthFigures last = lengths.get(lengths.size() - 1);
    if (lengths.size() == 1) {
      return "Documents of %s tokens cost %s of the unpruned model\u2019s FLOPs"
          .formatted(range(first), Numbers.percent(first.cost()));
    }
    return "The longest documents (%s tokens) cost %s of the unpruned model\u2019s FLOPs, the shortest (%s) %s"
        .formatted(
            range(last), Numbers.percent(last.cost()), range(first), Numbers.percent(first.cost()));
  }

  /** Of the slowest documents. */
  public String slowest() {
    if (figures.slowest().isEmpty()) {
      return "There are no documents";
    }
    return "The slowest document took %s; half of the labelled ones took less than %s, one in a hundred more than %s"
        .formatted(
            Numbers.duration(figures.slowest().get(0).millis()),
            Numbers.duration(totals.medianMillis()),
            Numbers.duration(totals.slowMillis()));
  }

  /** Of the rejected documents. */
  public String rejects() {
    if (figures.rejects().isEmpty()) {
      return "No document was rejected";
    }
    RejectFigures first = figures.rejects().get(0);
    return "%s rejected, %s"
        .formatted(
            totals.rejected() == 1
                ? "1 document was"
                : Numbers.count(totals.rejected()) + " documents were",
            first.documents() == totals.rejected()
                ? "as " + first.code()
                : "%s of them as %s".formatted(Numbers.count(first.documents()), first.code()));
  }

  /** Of the comparison. */
  public static String comparison(Comparison comparison) {
    Comparison.Ids ids = comparison.ids();
    if (ids.compared() == 0) {
      return "No document could be compared: no id is in both outputs once";
    }
    return ids.changed() == 0
        ? "All %s have the same label in both outputs"
            .formatted(Numbers.count(ids.compared(), "compared document"))
        : "%s of %s changed their label"
            .formatted(
                Numbers.count(ids.changed()), Numbers.count(ids.compared(), "compared document"));
  }

  static String range(LengthFigures length) {
    return "%s\u2013%s".formatted(Numbers.count(length.from()), Numbers.count(length.to()));
  }
}
