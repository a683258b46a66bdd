package io.github.ptcspark.job.tune;

import io.github.ptcspark.job.report.Lines;
import io.github.ptcspark.job.report.Numbers;
import java.util.Locale;
import java.util.stream.Collectors;

/** What tuning found, for a terminal. */
public final class TuneText {

  private TuneText() {}

  /** The settings that were tested, which one was chosen, and what it does on the unseen task. */
  public static String table(TuneFigures figures) {
    Lines text = new Lines();
    text.add(
        "model        %s, %s, long documents: %s",
        figures.model(), figures.settings().precision(), figures.settings().longDocuments());
    text.add("processor    %s, one thread, processor time", figures.processor());
    for (int task = 0; task < figures.tasks().size(); task++) {
      text.add("task %-8s%s", task + 1, figures.tasks().get(task));
    }
    text.add("unseen       %s", figures.unseen());
    text.add("");
    text.add("  %10s %13s  %-22s %s", "time saved", "accuracy lost", "lost on each task", "policy");
    for (TuneFigures.Setting setting : figures.tested()) {
      text.add(
          "%s %10s %13s  %-22s %s",
          setting.equals(figures.chosen()) ? "*" : " ",
          Numbers.percent(setting.saved()),
          points(setting.lost()),
          setting.onTasks().stream()
              .map(task -> points(task.lost()))
              .collect(Collectors.joining(", ")),
          setting.policy());
    }
    text.add("");
    text.add(
        "* chosen: of %s settings the fastest ones were tested, up to the first that loses no more",
        figures.settingsTried());
    text.add("  than is allowed; means over the tasks, accuracy in points of a hundred");
    text.add("");
    TuneFigures.OnTask unseen = figures.onUnseen();
    text.add(
        "unseen       %s of the time saved (%s instead of %s ms a document), %s points of accuracy lost"
            + " (%s instead of %s)",
        Numbers.percent(unseen.saved()),
        Numbers.decimal(unseen.millis()),
        Numbers.decimal(unseen.millisUnpruned()),
        points(unseen.lost()),
        Numbers.percent(unseen.accuracy()),
        Numbers.percent(unseen.accuracyUnpruned()));
    text.add("policy       --policy \"%s\"", figures.chosen().policy());
    return text.toString();
  }

  private static String points(double share) {
    // Rounded first: 0 has no sign.
    return String.format(Locale.ROOT, "%.1f", Math.round(1000 * share) / 10.0);
  }
}
