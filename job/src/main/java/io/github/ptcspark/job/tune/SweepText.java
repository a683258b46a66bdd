package io.github.ptcspark.job.tune;

import io.github.ptcspark.job.report.Lines;
import io.github.ptcspark.job.report.Numbers;
import io.github.ptcspark.job.report.figures.PolicyFigures;
import io.github.ptcspark.job.report.figures.SweepFigures;
import java.util.List;
import java.util.Locale;

/** A sweep for a terminal. */
public final class SweepText {

  private SweepText() {}

  /** The table; a star marks what no other policy beats in both speed and agreement. */
  public static String table(SweepFigures sweep) {
    Lines text = new Lines();
    PolicyFigures unpruned = sweep.unpruned();
    text.addModel(sweep.model(), sweep.settings(), sweep.digest());
    text.add(
        "documents    %s%s",
        Numbers.count(unpruned.documents()),
        unpruned.rejected() == 0 ? "" : ", " + Numbers.count(unpruned.rejected()) + " rejected");
    text.add("processors   %s", sweep.processors());
    text.add("");
    boolean labelled = unpruned.accuracy().isPresent();
    text.add(
        "  %9s %9s %8s %8s %9s %8s  %s",
        "agreement",
        labelled ? "accuracy" : "",
        "tokens",
        "FLOPs",
        "ms a doc.",
        "speed-up",
        "policy");
    List<PolicyFigures> front = sweep.front();
    for (PolicyFigures policy : sweep.policies()) {
      if (!policy.labelsAny()) {
        text.add("  %56s  %s", "labels no document", policy.policy());
        continue;
      }
      text.add(
          "%s %9s %9s %8s %8s %9s %8s  %s%s",
          front.contains(policy) ? "*" : " ",
          Numbers.percent(policy.agreement()),
          policy.accuracy().isPresent() ? Numbers.percent(policy.accuracy().getAsDouble()) : "",
          Numbers.percent(policy.tokensKept()),
          Numbers.percent(policy.cost()),
          String.format(Locale.ROOT, "%.2f", policy.millis()),
          String.format(Locale.ROOT, "%.2f", policy.speedUp()),
          policy.policy(),
          policy.rejected() == unpruned.rejected()
              ? ""
              : ", %s rejected".formatted(Numbers.count(policy.rejected())));
    }
    text.add("");
    text.add("* no other policy is faster and agrees more often with the unpruned model");
    return text.toString();
  }
}
