package io.github.ptcspark.job.corpus;

import java.util.Optional;

/**
 * Which characters have a meaning in rows of CSV.
 *
 * @param delimiter what stands between two fields
 * @param quote what stands around a field
 * @param escape what makes the character behind it one like any other, if there is such a one
 */
record CsvSyntax(char delimiter, char quote, Optional<Character> escape) {

  boolean isEscape(char c) {
    return escape.isPresent() && escape.get() == c;
  }
}
