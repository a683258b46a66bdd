package io.github.ptcspark.job.report.page;

import io.github.ptcspark.job.report.Numbers;
import io.github.ptcspark.job.report.figures.PolicyFigures;
import io.github.ptcspark.job.report.figures.SweepFigures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@code sweep.jte} shows.
 *
 * @param figures of a sweep
 */
public record SweepPage(SweepFigures figures) {

  /** The page. */
  public String html() {
    return Pages.render("sweep.jte", this);
  }

  /** What was compared, in a sentence. */
  public String summary() {
    int compared = figures.policies().size() - 1;
    return "%s of %s on %s of %s, in %s."
        .formatted(
            compared == 1 ? "1 policy" : Numbers.count(compared) + " policies",
            figures.model(),
            Numbers.count(figures.unpruned().documents(), "document"),
            String.join(", ", figures.inputs()),
            figures.settings().precision());
  }

  /** The sentence that says which policies to look at. */
  public String finding() {
    List<PolicyFigures> front = figures.front();
    PolicyFigures fastest = front.get(front.size() - 1);
    return front.size() == 1 && fastest.equals(figures.unpruned())
        ? "No policy is faster than the unpruned model"
        : "The fastest is %s times as fast and agrees in %s of the documents"
            .formatted(speedUp(fastest), Numbers.percent(fastest.agreement()));
  }

  /** The picture. */
  public ScatterChart chart() {
    List<PolicyFigures> front = figures.front();
    List<ScatterChart.Value> values = new ArrayList<>();
    for (PolicyFigures policy : figures.policies()) {
      if (!policy.labelsAny()) {
        continue;
      }
      values.add(
          new ScatterChart.Value(
              policy.speedUp(),
              policy.agreement(),
              front.contains(policy),
              "%s: %s times as fast, %s agree"
                  .formatted(
                      policy.policy(), speedUp(policy), Numbers.percent(policy.agreement()))));
    }
    return ScatterChart.of(
        "Speed and agreement of each policy; the line joins those that no other beats in both",
        "times as fast as the unpruned model",
        "labels as the unpruned model\u2019s",
        values);
  }

  /** Whether no other policy beats one in both speed and agreement. */
  public boolean isOnFront(PolicyFigures policy) {
    return figures.front().contains(policy);
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
