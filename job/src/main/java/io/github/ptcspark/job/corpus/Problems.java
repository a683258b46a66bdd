package io.github.ptcspark.job.corpus;

import java.util.List;
import java.util.stream.Collectors;

/** Words for messages. */
final class Problems {

  private static final int LONGEST_NAME = 40;
  private static final int MOST_NAMES = 20;

  private Problems() {}

  /** What an exception says, in one line, without the error class that Spark puts in front. */
  static String reason(Throwable failure) {
    String message = failure.getMessage();
    if (message == null || message.isBlank()) {
      return failure.getClass().getSimpleName();
    }
    String line = message.strip().lines().findFirst().orElseThrow();
    line = line.replaceFirst("^\\[[A-Z0-9_.]+\\] ", "");
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }

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
