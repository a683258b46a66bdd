package io.github.ptcspark.job.report.page;

import io.github.ptcspark.job.report.Numbers;
import io.github.ptcspark.job.report.figures.Comparison;
import io.github.ptcspark.job.report.figures.OutputFigures;
import java.util.List;
import java.util.Optional;

/**
 * What {@code report.jte} shows.
 *
 * @param output the output as the user named it
 * @param scope which of its documents the page is about, a sentence
 * @param made when the page was made
 * @param figures of these documents
 * @param comparison of the output with another
 * @param provenance how they came about
 */
public record ReportPage(
    String output,
    String scope,
    String made,
    OutputFigures figures,
    Optional<Comparison> comparison,
    List<Provenance> provenance) {

  /** Labels that are shown one by one. */
  private static final int LABELS = 40;

  private static final int COMPARED_LABELS = 200;

  /** Copies the list. */
  public ReportPage {
    provenance = List.copyOf(provenance);
  }

  /**
   * A group of facts about how rows came about.
   *
   * @param facts names and values
   */
  public record Provenance(String title, List<Fact> facts) {

    /** Copies the list. */
    public Provenance {
      facts = List.copyOf(facts);
    }
  }

  /** A name with its value. */
  public record Fact(String name, String value) {}

  /**
   * A figure that is seen first.
   *
   * @param note what it is to be compared with
   */
  public record Tile(String name, String value, String note) {}

  /** The page. */
  public String html() {
    return Pages.render("report.jte", this);
  }

  /** The figures that are seen first. */
  public List<Tile> tiles() {
    return Tiles.of(figures, comparison);
  }

  /** The sentences above the sections. */
  public Findings findings() {
    return new Findings(figures);
  }

  /** The labels that are compared one by one. */
  public List<Comparison.LabelCounts> labelCounts() {
    return comparison.orElseThrow().labels().stream().limit(COMPARED_LABELS).toList();
  }

  /** What was different when the two outputs were made. */
  public String differences() {
    List<String> differences = comparison.orElseThrow().differences();
    return differences.isEmpty()
        ? "Both were made with the same settings."
        : "This output has %s.".formatted(String.join("; ", differences));
  }

  /** A label, or that there is none. */
  public static String outcome(Optional<String> label) {
    return label.orElse("(rejected)");
  }

  /** A score, or nothing. */
  public static String score(Optional<Double> score) {
    return score.map(Numbers::score).orElse("");
  }

  /** The charts. */
  public Charts charts() {
    return new Charts(figures);
  }

  /** The labels that are shown one by one. */
  public List<LabelRow> labels() {
    long most = figures.labels().stream().mapToLong(label -> label.documents()).max().orElse(1);
    return figures.labels().stream()
        .limit(LABELS)
        .map(label -> new LabelRow(label, 100.0 * label.documents() / most))
        .toList();
  }

  /** How many labels are not shown one by one, and the documents that have them. */
  public Optional<String> furtherLabels() {
    if (figures.labels().size() <= LABELS) {
      return Optional.empty();
    }
    long documents =
        figures.labels().stream().skip(LABELS).mapToLong(label -> label.documents()).sum();
    return Optional.of(
        "%s more with %s"
            .formatted(
                Numbers.count(figures.labels().size() - LABELS, "label"),
                Numbers.count(documents, "document")));
  }
}
