package io.github.ptcspark.bundle;

import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a failure comes from, in one line.
 *
 * <p>A message that was written for users wins. Otherwise the innermost cause says what happened;
 * one around it is taken where it says the same and more, such as for which host or file.
 */
public final class FailureReason {

  /** What Spark and Java put before what somebody wrote: an error class, a class of exceptions. */
  private static final Pattern PREFIX =
      Pattern.compile("\\[[A-Z0-9_.]+] |(?:[a-z]\\w*\\.)+[A-Z][\\w$]*(?:Exception|Error): ");

  /** How Spark begins to list what its cause only names, such as two schemas. */
  private static final Pattern LISTING = Pattern.compile("\\[[A-Z0-9_.]+] .*:\\R");

  /** Where a message goes over into a trace. */
  private static final Pattern TRACE = Pattern.compile("at \\S+\\(|Caused by: |Driver stacktrace:");

  /** What Hadoop puts behind it: an address for administrators. */
  private static final Pattern SUFFIX = Pattern.compile("; For more details see: .*|(?<!\\.)\\.$");

  private static final Pattern WORDS =
      Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

  private FailureReason() {}

  /** The reason, as it goes behind "Cannot verb thing: ". */
  public static String of(Throwable failure) {
    List<Throwable> causes = causes(failure);
    for (int i = causes.size() - 1; i >= 0; i--) {
      if (isForUsers(causes.get(i))) {
        return line(causes.get(i).getMessage());
      }
    }
    String reason = null;
    for (Throwable cause : causes) {
      Optional<String> said = said(cause);
      if (said.isPresent()) {
        if (reason != null
            && !LISTING.matcher(cause.getMessage()).lookingAt()
            && (isSpark(cause) || !said.get().contains(reason))) {
          break;
        }
        reason = said.get();
      }
    }
    return reason == null ? words(causes.get(0)) : reason;
  }

  /** A failure and what caused it, the innermost first. */
  private static List<Throwable> causes(Throwable failure) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable at = failure; at != null && !causes.contains(at); at = at.getCause()) {
      causes.add(0, at);
    }
    return causes;
  }

  /** The exceptions of this project, also those of modules above this one. */
  private static boolean isForUsers(Throwable failure) {
    String name = failure.getClass().getName();
    return name.startsWith("io.github.ptcspark.")
        && !name.startsWith("io.github.ptcspark.shaded.")
        && failure.getMessage() != null;
  }

  /** Spark repeats a cause behind numbers of tasks. */
  private static boolean isSpark(Throwable failure) {
    return failure.getClass().getName().startsWith("org.apache.spark.");
  }

  /** What an exception says; some say no more than a name, and what is with it is their class. */
  private static Optional<String> said(Throwable failure) {
    if (failure.getMessage() == null || failure.getMessage().isBlank()) {
      return Optional.empty();
    }
    String line = line(failure.getMessage());
    boolean needsClass =
        failure instanceof Error
            || failure instanceof CharacterCodingException
            || (failure instanceof FileSystemException file && file.getReason() == null)
            || line.chars().noneMatch(Character::isWhitespace);
    return Optional.of(needsClass ? words(failure) + ": " + line : line);
  }

  /** The first line of a message; all of it where that ends with a colon. */
  private static String line(String message) {
    List<String> lines =
        message
            .lines()
            .map(String::strip)
            .filter(text -> !text.isEmpty())
            .takeWhile(text -> !TRACE.matcher(text).lookingAt())
            .toList();
    String line = lines.isEmpty() ? "" : lines.get(0);
    if (line.endsWith(":")) {
      line = String.join(" ", lines);
    }
    Matcher prefix = PREFIX.matcher(line);
    while (prefix.lookingAt()) {
      line = line.substring(prefix.end());
      prefix.reset(line);
    }
    return SUFFIX.matcher(line).replaceFirst("");
  }

  /** The class of an exception in words: {@code AccessDeniedException} is "access denied". */
  private static String words(Throwable failure) {
    List<String> words =
        Stream.of(WORDS.split(failure.getClass().getSimpleName()))
            .map(word -> word.matches("[A-Z0-9]{2,}") ? word : word.toLowerCase(Locale.ROOT))
            .collect(Collectors.toList());
    if (words.size() > 2 && words.get(words.size() - 1).matches("exception|error")) {
      words.remove(words.size() - 1);
    }
    return String.join(" ", words);
  }
}
