package io.github.ptcspark.job.tune;

import io.github.ptcspark.bundle.Claim;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.job.report.Lines;
import io.github.ptcspark.job.report.Numbers;
import io.github.ptcspark.job.tune.CalibrationFigures.Candidate;
import java.util.Locale;

/** A calibration for a terminal. */
public final class CalibrationText {

  private CalibrationText() {}

  /** The candidates, which one was chosen, and what is promised. */
  public static String table(CalibrationFigures calibration) {
    Lines text = new Lines();
    ModelSettings settings = calibration.calibrated().parse().settings();
    text.addModel(calibration.model(), settings, calibration.calibrated().digest());
    text.add(
        "reference    %s",
        calibration.promise().ofFullModel() ? "the full model" : "the same model without pruning");
    text.add("processors   %s", calibration.processors());
    text.add(
        "documents    %s to order policies, %s to test them",
        Numbers.count(calibration.ordering()), Numbers.count(calibration.promise().documents()));
    text.add("");
    boolean ofAccuracy = calibration.promise().claim() instanceof Claim.AccuracyLoss;
    String changes = ofAccuracy ? "lost / won" : "other labels";
    text.add("  %9s %8s %12s  %s", "agreement", "speed-up", changes, "policy");
    for (Candidate candidate : calibration.candidates()) {
      text.add(
          "%s %9s %8s %12s  %s",
          calibration.isChosen(candidate) ? "*" : " ",
          Numbers.percent(candidate.ordered().agreement()),
          String.format(Locale.ROOT, "%.2f", candidate.ordered().speedUp()),
          candidate.tested().map(tested -> changes(tested, ofAccuracy)).orElse("not tested"),
          candidate.ordered().policy());
    }
    text.add("");
    text.add("* chosen; agreement and speed-up are those of the documents that order policies,");
    text.add("  %s those of the documents that test them", changes);
    text.add("");
    text.add("promise      %s", calibration.promise());
    return text.toString();
  }

  private static String changes(Target.Tested tested, boolean ofAccuracy) {
    return ofAccuracy
        ? "%s / %s".formatted(Numbers.count(tested.lost()), Numbers.count(tested.won()))
        : Numbers.count(tested.disagreements());
  }
}
