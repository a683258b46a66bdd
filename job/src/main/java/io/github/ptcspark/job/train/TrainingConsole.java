package io.github.ptcspark.job.train;

import io.github.ptcspark.job.report.ProgressLine;
import java.io.PrintStream;
import java.util.Locale;

/** Shows training on a console: a line that moves, and one that stays for every epoch. */
final class TrainingConsole implements TrainingListener, AutoCloseable {

  private final PrintStream out;
  private final int epochs;
  private final ProgressLine line;

  TrainingConsole(PrintStream out, TrainingData data, int epochs) {
    this.out = out;
    this.epochs = epochs;
    this.line = new ProgressLine(out, "train", "documents", (long) epochs * data.training().size());
  }

  @Override
  public void step(TrainingProgress progress) {
    line.update(
        progress.documents(),
        String.format(
            Locale.ROOT,
            "epoch %d of %d, loss %.3f",
            progress.epoch(),
            progress.epochs(),
            progress.loss()));
  }

  @Override
  public void epoch(EpochReport report) {
    line.clear();
    out.println(text(report, epochs));
  }

  @Override
  public void diverged(Divergence divergence) {
    line.clear();
    out.println("ptc: warning: training ended early: " + divergence.text());
  }

  @Override
  public void close() {
    line.close();
  }

  private static String text(EpochReport report, int epochs) {
    return String.format(
        Locale.ROOT,
        "epoch %d of %d: training loss %.3f, validation loss %.3f, accuracy %.1f %%,"
            + " macro F1 %.1f %%",
        report.epoch(),
        epochs,
        report.trainingLoss(),
        report.validationLoss(),
        100 * report.accuracy(),
        100 * report.macroF1());
  }
}
