package io.github.ptcspark.job.output;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A run among all that have written to an output. Of two runs the one that compares as larger has
 * the output.
 *
 * @param epoch one more than that of the run before
 * @param token tells apart runs that began at once, 8 hexadecimal digits
 */
record RunId(long epoch, String token) implements Comparable<RunId> {

  private static final Pattern NAME = Pattern.compile("(\\d{8,})-([0-9a-f]{8})");
  private static final Comparator<RunId> ORDER =
      Comparator.comparingLong(RunId::epoch).thenComparing(RunId::token);

  /** A new run after others. */
  static RunId after(Optional<RunId> last) {
    return new RunId(
        last.map(RunId::epoch).orElse(0L) + 1, UUID.randomUUID().toString().substring(0, 8));
  }

  /** The run whose directory has a name; nothing for names of something else. */
  static Optional<RunId> parse(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches()
        ? Optional.of(new RunId(Long.parseLong(matcher.group(1)), matcher.group(2)))
        : Optional.empty();
  }

  @Override
  public int compareTo(RunId other) {
    return ORDER.compare(this, other);
  }

  /** The name of its directory. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%08d-%s", epoch, token);
  }
}
