package io.github.ptcspark.job.corpus;

import java.util.List;
import java.util.stream.Collectors;

/** Words for messages. */
final class Problems {

  private static final int LONGEST_NAME = 40;
  private static final int MOST_NAMES = 20;

  private Problems() {}

  /** Column names for a message: quoted, long ones cut, the first of many. */
  static String columns(List<String> names) {
    if (names.isEmpty()) {
      return "none";
    }
    String first =
        names.stream().limit(MOST_NAMES).map(Problems::quoted).collect(Collectors.joining(", "));
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
