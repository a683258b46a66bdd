package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How text files are written, where they do not say so themselves.
 *
 * @param encoding name of a Java charset; UTF-8 if absent
 * @param delimiter what stands between two fields of CSV; a comma, in {@code .tsv} files a tab, if
 *     absent
 * @param quote what stands around a field of CSV; a double quote if absent
 * @param escape what makes the character behind it one like any other in CSV; none if absent
 */
public record TextOptions(
    Optional<String> encoding,
    Optional<Character> delimiter,
    Optional<Character> quote,
    Optional<Character> escape) {

  /** UTF-8 and RFC 4180. */
  public static final TextOptions DEFAULT =
      new TextOptions(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  private static final char QUOTE = '"';

  /** Checks that no character has two meanings. */
  public TextOptions {
    List<Character> taken = new ArrayList<>(List.of(quote.orElse(QUOTE)));
    delimiter.ifPresent(taken::add);
    escape.ifPresent(taken::add);
    if (taken.stream().distinct().count() < taken.size()) {
      throw new IllegalArgumentException(
          "Invalid use of --delimiter, --quote and --escape: each must be another character");
    }
    if (taken.contains('\n') || taken.contains('\r')) {
      throw new IllegalArgumentException(
          "Invalid use of --delimiter, --quote and --escape: a line end cannot be one of them");
    }
  }

  /** What stands around a field of CSV. */
  char quoteOrDefault() {
    return quote.orElse(QUOTE);
  }

  /**
   * Refuses options that say nothing of a format.
   *
   * @throws JobException if there is one
   */
  void check(String format) {
    if (encoding.isPresent() && !FormatNames.isRanged(format)) {
      throw new JobException(
          "Cannot read "
              + format
              + " with --encoding: it is for "
              + "text, lines, jsonl and csv, whose bytes are text");
    }
    if ((delimiter.isPresent() || quote.isPresent() || escape.isPresent())
        && !format.equals(FormatNames.CSV)) {
      throw new JobException(
          "Cannot read " + format + " with --delimiter, --quote or --escape: they are for csv");
    }
  }
}
