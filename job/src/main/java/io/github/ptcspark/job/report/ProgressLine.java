package io.github.ptcspark.job.report;

import java.io.PrintStream;
import java.util.Locale;

/**
 * One line about long work: how much is done, how fast, how long it still takes. On a terminal the
 * line is drawn over itself; elsewhere a new line comes every ten seconds.
 */
public final class ProgressLine implements AutoCloseable {

  /** In place of a total that nobody knows before the end. */
  public static final long UNKNOWN = Long.MAX_VALUE;

  private static final int BAR = 24;
  private static final long TERMINAL_INTERVAL = 200_000_000L;
  private static final long LOG_INTERVAL = 10_000_000_000L;

  private final PrintStream out;
  private final String title;
  private final String unit;
  private long total;

  @SuppressWarnings("SystemConsoleNull") // Java 17: null unless there is a terminal.
  private final boolean terminal = System.console() != null;

  private final long start = System.nanoTime();
  private long shown = start;
  private long shownDone;
  private long done;
  private String detail = "";

  /**
   * A line.
   *
   * @param unit what is counted, in the plural
   * @param total how much there is to do, or about how much; or {@link #UNKNOWN}
   */
  public ProgressLine(PrintStream out, String title, String unit, long total) {
    this.out = out;
    this.title = title;
    this.unit = unit;
    this.total = total;
  }

  /** Says how much is done; shown when it is time. */
  public void update(long done) {
    update(done, "");
  }

  /** Says how much is done, with a further word. */
  public synchronized void update(long done, String detail) {
    this.done = Math.min(done, total);
    this.detail = detail;
    long now = System.nanoTime();
    if (now - shown >= (terminal ? TERMINAL_INTERVAL : LOG_INTERVAL)) {
      shown = now;
      show();
    }
  }

  /** Says that everything is done, and how much that was where it was not known exactly. */
  public synchronized void finish(long actual) {
    boolean other = actual != total;
    total = actual;
    if (other) {
      shownDone = 0;
    }
    finish();
  }

  /** Says that everything is done, unless the line says so already. */
  public synchronized void finish() {
    done = total;
    if (shownDone < total || shown == start) {
      show();
    }
  }

  /** Takes the line off a terminal, so that another can be printed that stays. */
  public synchronized void clear() {
    if (terminal) {
      out.print("\r\u001b[K");
    }
  }

  @Override
  public synchronized void close() {
    if (terminal) {
      out.println();
    }
    out.flush();
  }

  private void show() {
    shownDone = done;
    double seconds = (System.nanoTime() - start) / 1e9;
    String rate =
        String.format(
            Locale.ROOT,
            "%s, %.1f a second%s%s",
            unit,
            done / seconds,
            done == 0 || done == total || total == UNKNOWN
                ? ""
                : ", " + duration(seconds * (total - done) / done) + " left",
            detail.isEmpty() ? "" : ", " + detail);
    String text =
        Printable.text(
            total == UNKNOWN
                ? String.format(Locale.ROOT, "%s  %,d %s", title, done, rate)
                : String.format(
                    Locale.ROOT, "%s %s  %,d of %,d %s", title, bar(), done, total, rate));
    if (terminal) {
      out.print("\r" + text + "\u001b[K");
    } else {
      out.println(text);
    }
    out.flush();
  }

  private String bar() {
    double share = total == 0 ? 1 : (double) done / total;
    int filled = (int) Math.round(BAR * share);
    return String.format(
        Locale.ROOT, "[%s%s] %3.0f %%", "#".repeat(filled), ".".repeat(BAR - filled), 100 * share);
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? String.format(Locale.ROOT, "%s min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%s h %02d min", whole / 3600, whole / 60 % 60);
  }
}
