package io.github.ptcspark.job.report;

import io.github.ptcspark.bundle.ModelSettings;
import java.util.Locale;

/** A text for people, line by line, in which nothing is left that a terminal would obey. */
public final class Lines {

  private final StringBuilder text = new StringBuilder();

  /** Adds a line. */
  public void add(String format, Object... arguments) {
    text.append(Printable.text(String.format(Locale.ROOT, format, arguments))).append('\n');
  }

  /** The line that says which model it is and how it is run. */
  public void addModel(ModelSettings settings, String digest) {
    addModel(settings.policy().toString(), settings, digest);
  }

  /** The same of a model under several policies, with its name in their place. */
  public void addModel(String name, ModelSettings settings, String digest) {
    add(
        "model        %s, %s, long documents: %s, digest %.12s",
        name, settings.precision(), settings.longDocuments(), digest);
  }

  /** A time in the unit in which people would say it. */
  public static String duration(double seconds) {
    if (seconds < 120) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    return seconds < 7200
        ? String.format(Locale.ROOT, "%.1f min", seconds / 60)
        : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
