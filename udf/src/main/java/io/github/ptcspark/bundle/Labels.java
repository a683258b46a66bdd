package io.github.ptcspark.bundle;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** What names of classes may be. */
public final class Labels {

  /** How Hive, and with it Spark, writes that a directory has no value. */
  private static final String NO_VALUE = "__HIVE_DEFAULT_PARTITION__";

  /** The bytes of a name that file systems take, less {@code label=}. */
  private static final int LONGEST = 255 - "label=".length();

  private static final int SHOWN = 40;

  private Labels() {}

  /**
   * Why some labels could not be read back from the names of directories that they become.
   *
   * @param labels names of the classes by label id
   * @return the reason, to follow a colon; nothing if all can
   */
  public static Optional<String> problem(List<String> labels) {
    for (int id = 0; id < labels.size(); id++) {
      String problem = problem(labels.get(id));
      if (!problem.isEmpty()) {
        return Optional.of("label %s %s".formatted(id, problem));
      }
    }
    return Optional.empty();
  }

  private static String problem(String label) {
    if (label.isEmpty()) {
      return "is empty";
    }
    if (label.equals(NO_VALUE)) {
      return "is %s, which stands for no value in names of directories".formatted(NO_VALUE);
    }
    int control = label.chars().filter(Character::isISOControl).findFirst().orElse(-1);
    if (control >= 0) {
      return "holds the control character U+%s, which names of directories cannot"
          .formatted(HexFormat.of().withUpperCase().toHexDigits((char) control));
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(label)) {
      return "holds half a surrogate pair, which names of directories cannot";
    }
    if (longest(label) > LONGEST) {
      return "is too long for the name of a directory: %s... of %s characters"
          .formatted(label.substring(0, SHOWN), label.length());
    }
    return "";
  }

  /** The bytes of a name in which every ASCII character but letters and digits is escaped. */
  private static int longest(String label) {
    return label.getBytes(StandardCharsets.UTF_8).length
        + 2 * (int) label.chars().filter(c -> c < 0x80 && !Character.isLetterOrDigit(c)).count();
  }
}
