package io.github.ptcspark.bundle;

import java.util.List;
import java.util.Optional;

/** What names of classes may be. */
public final class Labels {

  /** How Hive, and with it Spark, writes that a directory has no value. */
  private static final String NO_VALUE = "__HIVE_DEFAULT_PARTITION__";

  private Labels() {}

  /**
   * Why some labels could not be told from no label where they become names of directories.
   *
   * @param labels names of the classes by label id
   * @return the reason, to follow a colon; nothing if all can
   */
  public static Optional<String> problem(List<String> labels) {
    int empty = labels.indexOf("");
    if (empty >= 0) {
      return Optional.of("label %s is empty".formatted(empty));
    }
    int none = labels.indexOf(NO_VALUE);
    return none >= 0
        ? Optional.of(
            "label %s is %s, which stands for no value in names of directories"
                .formatted(none, NO_VALUE))
        : Optional.empty();
  }
}
