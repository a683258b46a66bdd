package io.github.ptcspark.job.report.page;

import io.github.ptcspark.job.report.Numbers;
import io.github.ptcspark.job.report.figures.OutputFigures;
import io.github.ptcspark.job.report.figures.Reliability;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The charts of a report. */
public final class Charts {

  private static final int TEN = 10;
  private static final int MOST_NAMES = 12;

  private final OutputFigures figures;

  Charts(OutputFigures figures) {
    this.figures = figures;
  }

  /** Documents by score. */
  public BarChart scores() {
    int bins = figures.scores().size();
    List<BarChart.Value> values = new ArrayList<>();
    for (int i = 0; i < bins; i++) {
      long documents = figures.scores().get(i);
      values.add(
          new BarChart.Value(
              documents, "%s: %s".formatted(scores(i), Numbers.count(documents, "document"))));
    }
    List<String> ends =
        IntStream.rangeClosed(0, bins)
            .mapToObj(i -> i % (bins / 5) == 0 ? fraction((double) i / bins) : "")
            .toList();
    return BarChart.withEnds(
        "Labelled documents by the score of their label",
        "score",
        "documents",
        values,
        ends,
        BarChart.Scale.COUNTS);
  }

  /** The interval of scores with a number, {@code 0.95 to 1}. */
  public String scores(int bin) {
    double bins = figures.scores().size();
    return "%s to %s".formatted(fraction(bin / bins), fraction((bin + 1) / bins));
  }

  /** Accuracy by score. */
  public BarChart reliability() {
    Reliability reliability = figures.reliability().orElseThrow();
    BarChart.Value[] values = new BarChart.Value[TEN];
    for (int i = 0; i < TEN; i++) {
      values[i] = new BarChart.Value(0, "no documents");
    }
    for (Reliability.Bin bin : reliability.bins()) {
      values[(int) Math.round(TEN * bin.from())] =
          new BarChart.Value(
              bin.accuracy(),
              "%s to %s: %s of %s right"
                  .formatted(
                      fraction(bin.from()),
                      fraction(bin.to()),
                      Numbers.percent(bin.accuracy()),
                      Numbers.count(bin.documents(), "document")));
    }
    List<String> ends =
        IntStream.rangeClosed(0, TEN)
            .mapToObj(i -> i % 2 == 0 ? fraction((double) i / TEN) : "")
            .toList();
    return BarChart.withEnds(
            "Share of right labels by score; scores that can be relied on end at the line",
            "score",
            "right labels",
            List.of(values),
            ends,
            BarChart.Scale.SHARES)
        .withDiagonal();
  }

  /** Tokens by layer. */
  public BarChart layers() {
    int step = 1 + (figures.layers().size() - 1) / MOST_NAMES;
    return BarChart.withNames(
        "Share of the tokens that take part in each layer",
        "layer",
        "tokens",
        figures.layers().stream()
            .map(
                layer ->
                    new BarChart.Value(
                        layer.share(),
                        "layer %s: %s of the tokens"
                            .formatted(layer.layer(), Numbers.percent(layer.share()))))
            .toList(),
        figures.layers().stream()
            .map(layer -> layer.layer() % step == 0 ? String.valueOf(layer.layer()) : "")
            .toList(),
        BarChart.Scale.SHARES);
  }

  /** FLOPs by length. */
  public BarChart costs() {
    return byLength(
        "Cost by length",
        "FLOPs of the unpruned model\u2019s",
        figures.lengths().stream()
            .map(
                length ->
                    new BarChart.Value(
                        length.cost(),
                        "%s tokens: %s of the FLOPs"
                            .formatted(Findings.range(length), Numbers.percent(length.cost()))))
            .toList(),
        BarChart.Scale.SHARES);
  }

  /** Time by length. */
  public BarChart times() {
    return byLength(
        "Time by length",
        "milliseconds a document",
        figures.lengths().stream()
            .map(
                length ->
                    new BarChart.Value(
                        length.meanMillis(),
                        "%s tokens: %s"
                            .formatted(
                                Findings.range(length), Numbers.duration(length.meanMillis()))))
            .toList(),
        BarChart.Scale.AMOUNTS);
  }

  private BarChart byLength(
      String title, String up, List<BarChart.Value> values, BarChart.Scale scale) {
    List<String> ends = new ArrayList<>();
    figures.lengths().forEach(length -> ends.add(Numbers.count(length.from())));
    return BarChart.withNames(title, "tokens read, from", up, values, ends, scale);
  }

  private static String fraction(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    return text.endsWith("0") ? text.replaceFirst("\\.?0+$", "") : text;
  }
}
