package io.github.ptcspark.job.corpus;

import java.util.List;
import java.util.stream.Collectors;

/** Names of columns in messages. */
final class ColumnNames {

  private static final int LONGEST_NAME = 40;
  private static final int MOST_NAMES = 20;

  private ColumnNames() {}

  /** The names, quoted, long ones cut, the first of many. */
  static String listed(List<String> names) {
    if (names.isEmpty()) {
      return "none";
    }
    String first =
        names.stream().limit(MOST_NAMES).map(ColumnNames::quoted).collect(Collectors.joining(", "));
    int more = names.size() - MOST_NAMES;
    return more > 0 ? first + " and " + more + " more" : first;
  }

  private static String quoted(String name) {
    String line = name.replaceAll("\\s+", " ");
    return line.length() > LONGEST_NAME
        ? "\"" + line.substring(0, LONGEST_NAME) + "...\""
        : "\"" + line + "\"";
  }
}
