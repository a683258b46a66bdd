package io.github.ptcspark.job.report.page;

import io.github.ptcspark.job.report.Numbers;
import io.github.ptcspark.job.report.figures.Comparison;
import io.github.ptcspark.job.report.figures.OutputFigures;
import io.github.ptcspark.job.report.figures.Reliability;
import io.github.ptcspark.job.report.figures.Totals;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The figures that a reader of a report sees first. */
final class Tiles {

  private Tiles() {}

  static List<ReportPage.Tile> of(OutputFigures figures, Optional<Comparison> comparison) {
    Totals totals = figures.totals();
    List<ReportPage.Tile> tiles = new ArrayList<>();
    tiles.add(
        tile(
            "Documents",
            Numbers.count(totals.documents()),
            "%s of them labelled".formatted(Numbers.count(totals.labelled()))));
    tiles.add(
        tile(
            "Rejected",
            Numbers.count(totals.rejected()),
            totals.rejected() == 0
                ? "every document has a label"
                : Numbers.percent(totals.rejected(), totals.documents()) + " of the documents"));
    figures.reliability().ifPresent(reliability -> tiles.add(accuracy(reliability)));
    comparison.ifPresent(
        other ->
            tiles.add(
                tile(
                    "Labels changed",
                    Numbers.count(other.ids().changed()),
                    "of %s compared".formatted(Numbers.count(other.ids().compared())))));
    if (totals.labelled() > 0) {
      tiles.add(tile("Median score", Numbers.score(totals.medianScore()), "of the best label"));
      tiles.add(tile("Cost", Numbers.percent(totals.cost()), "of the unpruned model\u2019s FLOPs"));
      if (totals.escalated() > 0) {
        tiles.add(
            tile(
                "Escalated",
                Numbers.percent(totals.escalated(), totals.labelled()),
                "were read again at full cost"));
      }
      tiles.add(
          tile(
              "Tokens kept",
              Numbers.percent(totals.shareKept()),
              "of %s read".formatted(Numbers.count(totals.tokensRead()))));
    }
    tiles.add(
        tile(
            "Throughput",
            "%s / s".formatted(Numbers.decimal(totals.documentsPerSecond())),
            "documents of one task"));
    return tiles;
  }

  private static ReportPage.Tile accuracy(Reliability reliability) {
    return tile(
        "Accuracy",
        reliability.documents() == 0 ? "\u2013" : Numbers.percent(reliability.accuracy()),
        "of %s".formatted(Numbers.count(reliability.documents(), "true label")));
  }

  private static ReportPage.Tile tile(String name, String value, String note) {
    return new ReportPage.Tile(name, value, note);
  }
}
