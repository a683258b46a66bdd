package io.github.ptcspark.job.report.page;

import io.github.ptcspark.job.report.Numbers;
import io.github.ptcspark.job.report.figures.PolicyFigures;
import io.github.ptcspark.job.report.figures.SweepFigures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What {@code sweep.jte} shows.
 *
 * @param figures of a sweep
 */
public record SweepPage(SweepFigures figures) {

  /** The agreement that the heading asks for. */
  private static final double WANTED_AGREEMENT = 0.99;

  private static final String WANTED = "99 %";

  /** How seldom a sample may mislead on one side: that is an interval of 95 %. */
  private static final double ERROR = 0.025;

  /**
   * A policy.
   *
   * @param name that tells it from the others
   * @param mark its place on the front, from 1, or empty if another beats it
   */
  public record Row(String name, String mark, PolicyFigures figures) {}

  /** The page. */
  public String html() {
    return Pages.render("sweep.jte", this);
  }

  /** What was compared, in a sentence. */
  public String summary() {
    return "%s of %s on %s of %s, in %s."
        .formatted(
            policies(figures.policies().size() - 1),
            figures.model(),
            Numbers.count(figures.unpruned().documents(), "document"),
            String.join(", ", figures.inputs()),
            figures.settings().precision());
  }

  /** All policies, in the order in which the user named them, the unpruned model first. */
  public List<Row> rows() {
    List<PolicyFigures> policies = figures.policies();
    List<PolicyFigures> front = figures.front();
    List<String> names = PolicyNames.of(policies.stream().map(PolicyFigures::policy).toList());
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < policies.size(); i++) {
      int place = front.indexOf(policies.get(i));
      rows.add(new Row(names.get(i), place < 0 ? "" : Numbers.count(place + 1), policies.get(i)));
    }
    return rows;
  }

  /** Those that no other beats in both speed and agreement, the slowest first. */
  public List<Row> front() {
    return rows().stream()
        .filter(row -> !row.mark().isEmpty())
        .sorted(Comparator.comparingDouble(row -> row.figures().speedUp()))
        .toList();
  }

  /** Whether the sample has true labels. */
  public boolean isLabelled() {
    return figures.unpruned().accuracy().isPresent();
  }

  /** The sentence that says which policy to look at first. */
  public String finding() {
    Optional<Row> fastest =
        front().stream()
            .filter(row -> row.figures().agreement() >= WANTED_AGREEMENT)
            .reduce((slower, faster) -> faster);
    if (fastest.isEmpty()) {
      return "The unpruned model labels no document";
    }
    return fastest.get().figures().speedUp() <= 1
        ? "No policy that agrees in %s or more of the documents is faster than the unpruned model"
            .formatted(WANTED)
        : "Of the policies that agree in %s or more of the documents, %s is the fastest: %s times as fast as the unpruned model"
            .formatted(WANTED, fastest.get().name(), speedUp(fastest.get().figures()));
  }

  /** What so many documents say of others, in a sentence. */
  public String certainty() {
    long documents = figures.unpruned().documents();
    return "The agreement is that of %s: even a policy that changed no label may agree in only %s of others like them."
        .formatted(
            Numbers.count(documents, "document"),
            Numbers.percent(Math.pow(ERROR, 1.0 / documents)));
  }

  /** The picture. */
  public ScatterChart chart() {
    return ScatterChart.of(
        "Speed and agreement of each policy; the line joins those that no other beats in both",
        "times as fast as the unpruned model",
        "labels as the unpruned model\u2019s",
        rows().stream()
            .filter(row -> row.figures().labelsAny())
            .map(
                row ->
                    new ScatterChart.Value(
                        row.figures().speedUp(),
                        row.figures().agreement(),
                        row.mark(),
                        "%s: %s times as fast, %s agree"
                            .formatted(
                                row.name(),
                                speedUp(row.figures()),
                                Numbers.percent(row.figures().agreement()))))
            .toList());
  }

  /** How many policies, as people say it. */
  public static String policies(int number) {
    return number == 1 ? "1 policy" : Numbers.count(number) + " policies";
  }

  /** How many times as fast as the unpruned model, as people read it. */
  public static String speedUp(PolicyFigures policy) {
    return String.format(Locale.ROOT, "%.2f", policy.speedUp());
  }

  /** The accuracy, or nothing. */
  public static String accuracy(PolicyFigures policy) {
    return policy.accuracy().isPresent() ? Numbers.percent(policy.accuracy().getAsDouble()) : "";
  }
}
