package io.github.ptcspark.job.report.page;

import io.github.ptcspark.job.report.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Bars side by side, as {@code chart.jte} draws them in SVG: where everything is, in units of the
 * drawing.
 *
 * @param title what the chart shows, for those who cannot see it
 * @param across what the bars are of
 * @param up what their height is, with the unit
 * @param bars the bars
 * @param columns texts below the bars, or between them
 * @param rows values beside the bars
 * @param line a line that heights are to be compared with
 */
public record BarChart(
    String title,
    String across,
    String up,
    List<Bar> bars,
    List<Tick> columns,
    List<Tick> rows,
    Optional<Line> line) {

  static final double WIDTH = 440;
  static final double HEIGHT = 250;
  private static final double LEFT = 52;
  private static final double RIGHT = 432;
  private static final double TOP = 30;
  private static final double BOTTOM = 200;
  private static final double GAP = 0.16;
  private static final int MOST_ROWS = 5;

  /** Copies the lists. */
  public BarChart {
    bars = List.copyOf(bars);
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /**
   * A value as a bar.
   *
   * @param text the value and what it is of, as people read it
   */
  public record Value(double value, String text) {}

  /** A bar. */
  public record Bar(double x, double y, double width, double height, String text) {}

  /** A text at an axis. */
  public record Tick(double position, String text) {}

  /** A straight line. */
  public record Line(double x1, double y1, double x2, double y2) {}

  /** Texts, each below its bar; empty ones are left out. */
  static BarChart withNames(
      String title, String across, String up, List<Value> values, List<String> names, Scale scale) {
    return chart(title, across, up, values, ticks(names, 0.5, values.size()), scale);
  }

  /** Texts at the ends of the bars, one more than there are bars; empty ones are left out. */
  static BarChart withEnds(
      String title, String across, String up, List<Value> values, List<String> ends, Scale scale) {
    return chart(title, across, up, values, ticks(ends, 0, values.size()), scale);
  }

  /** The same chart with the line on which bars end whose height is where they are. */
  BarChart withDiagonal() {
    return new BarChart(
        title, across, up, bars, columns, rows, Optional.of(new Line(LEFT, BOTTOM, RIGHT, TOP)));
  }

  /** What heights mean. */
  enum Scale {
    /** Whole numbers from 0 on. */
    COUNTS,
    /** Numbers from 0 on. */
    AMOUNTS,
    /** Shares from 0 to 1. */
    SHARES
  }

  private static BarChart chart(
      String title, String across, String up, List<Value> values, List<Tick> columns, Scale scale) {
    double step =
        switch (scale) {
          case COUNTS -> Math.max(1, step(values));
          case AMOUNTS -> step(values);
          case SHARES -> 0.25;
        };
    double largest = values.stream().mapToDouble(Value::value).max().orElse(0);
    double top = Math.max(scale == Scale.SHARES ? 1 : step, Math.ceil(largest / step) * step);
    double width = (RIGHT - LEFT) / Math.max(1, values.size());
    List<Bar> bars = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      double height = (BOTTOM - TOP) * Math.min(values.get(i).value(), top) / top;
      bars.add(
          new Bar(
              round(LEFT + width * (i + GAP / 2)),
              round(BOTTOM - height),
              round(width * (1 - GAP)),
              round(height),
              values.get(i).text()));
    }
    List<Tick> rows = new ArrayList<>();
    for (int i = 0; i * step <= top * 1.0001; i++) {
      String text =
          scale == Scale.SHARES
              ? Math.round(100 * i * step) + " %"
              : Numbers.decimal(i * step).replaceFirst("\\.0+$", "");
      rows.add(new Tick(round(BOTTOM - (BOTTOM - TOP) * i * step / top), text));
    }
    return new BarChart(title, across, up, bars, columns, rows, Optional.empty());
  }

  private static List<Tick> ticks(List<String> texts, double offset, int bars) {
    double width = (RIGHT - LEFT) / Math.max(1, bars);
    List<Tick> ticks = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (!texts.get(i).isEmpty()) {
        ticks.add(new Tick(round(LEFT + width * (i + offset)), texts.get(i)));
      }
    }
    return ticks;
  }

  /** 1, 2 or 5 times a power of ten, so that there are few rows. */
  private static double step(List<Value> values) {
    double largest = values.stream().mapToDouble(Value::value).max().orElse(0);
    double least = Math.max(largest, 1e-9) / MOST_ROWS;
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    for (int factor : new int[] {1, 2, 5}) {
      if (factor * power >= least) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static double round(double value) {
    return Math.round(10 * value) / 10.0;
  }
}
