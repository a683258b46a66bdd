package io.github.ptcspark.job.report.page;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Points of two values, as {@code scatter.jte} draws them in SVG: where everything is, in units of
 * the drawing.
 *
 * @param title what the chart shows, for those who cannot see it
 * @param across what the horizontal axis is
 * @param up what the vertical axis is
 * @param points the points
 * @param columns values below the horizontal axis
 * @param rows values beside the vertical axis
 * @param line corners of the line through the marked points
 */
public record ScatterChart(
    String title,
    String across,
    String up,
    List<Point> points,
    List<BarChart.Tick> columns,
    List<BarChart.Tick> rows,
    String line) {

  private static final double LEFT = 52;
  private static final double RIGHT = 620;
  private static final double TOP = 44;
  private static final double BOTTOM = 314;
  private static final int MOST_TICKS = 6;

  /** Marked ones last, so that no other hides them. */
  private static final Comparator<Value> DRAWN =
      Comparator.comparing((Value value) -> !value.mark().isEmpty())
          .thenComparingDouble(Value::across);

  /** Copies the lists. */
  public ScatterChart {
    points = List.copyOf(points);
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /**
   * What a point stands for.
   *
   * @param mark what stands beside it if the line goes through it, or empty
   * @param text as people read it
   */
  public record Value(double across, double up, String mark, String text) {}

  /** A point. */
  public record Point(double x, double y, String mark, String text) {}

  /** The chart of some values; the vertical ones are shares. */
  static ScatterChart of(String title, String across, String up, List<Value> values) {
    Axis horizontal = Axis.of(values.stream().map(Value::across).toList(), false);
    Axis vertical = Axis.of(values.stream().map(Value::up).toList(), true);
    List<Point> points =
        values.stream()
            .sorted(DRAWN)
            .map(
                value ->
                    new Point(
                        round(LEFT + (RIGHT - LEFT) * horizontal.at(value.across())),
                        round(BOTTOM - (BOTTOM - TOP) * vertical.at(value.up())),
                        value.mark(),
                        value.text()))
            .toList();
    return new ScatterChart(
        title,
        across,
        up,
        points,
        horizontal.ticks(LEFT, RIGHT),
        vertical.ticks(BOTTOM, TOP),
        points.stream()
            .filter(point -> !point.mark().isEmpty())
            .map(point -> "%s,%s".formatted(point.x(), point.y()))
            .collect(Collectors.joining(" ")));
  }

  private static double round(double value) {
    return Math.round(10 * value) / 10.0;
  }

  /** From the last round number below all values to the first above them. */
  private record Axis(double first, double step, int steps, boolean shares) {

    static Axis of(List<Double> values, boolean shares) {
      double most = values.stream().mapToDouble(Double::doubleValue).max().orElse(1);
      double least =
          values.stream().mapToDouble(Double::doubleValue).reduce(most - 0.01, Math::min);
      double step = step(most - least);
      double first = Math.floor(least / step + 1e-9) * step;
      int steps = (int) Math.max(1, Math.ceil((most - first) / step - 1e-9));
      return new Axis(first, step, steps, shares);
    }

    /** 1, 2 or 5 times a power of ten. */
    private static double step(double range) {
      double power = Math.pow(10, Math.floor(Math.log10(range / MOST_TICKS)));
      for (int factor : new int[] {1, 2, 5}) {
        if (factor * power * MOST_TICKS >= range) {
          return factor * power;
        }
      }
      return 10 * power;
    }

    double at(double value) {
      return (value - first) / (step * steps);
    }

    List<BarChart.Tick> ticks(double from, double to) {
      List<BarChart.Tick> ticks = new ArrayList<>();
      for (int i = 0; i <= steps; i++) {
        double value = first + i * step;
        String text =
            shares
                ? trimmed(100 * value, step < 0.01 ? 1 : 0) + " %"
                : trimmed(value, step < 0.1 ? 2 : 1);
        ticks.add(new BarChart.Tick(round(from + (to - from) * i / steps), text));
      }
      return ticks;
    }

    private static String trimmed(double value, int decimals) {
      return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
  }
}
