package io.github.ptcspark.job.corpus;

import java.util.List;

/**
 * Names of files for people, who want to see a few of many.
 *
 * @param count how many there are
 * @param first the first of them, at most {@value #SHOWN}
 */
public record FileNames(long count, List<String> first) {

  /** How many names are kept. */
  public static final int SHOWN = 20;

  /** Copies the names. */
  public FileNames {
    first = List.copyOf(first);
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return count == 0;
  }
}
