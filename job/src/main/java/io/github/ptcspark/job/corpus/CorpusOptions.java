package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which documents to read.
 *
 * @param inputs files, directories or globs, at least one
 * @param format name of the format; guessed from the file extensions if absent
 * @param idColumn column with the id; made from file and position if absent
 * @param textColumn column with the text; {@code text} if absent
 * @param keepColumns columns to carry along to the output
 * @param textOptions how text files are written
 */
public record CorpusOptions(
    List<String> inputs,
    Optional<String> format,
    Optional<String> idColumn,
    Optional<String> textColumn,
    List<String> keepColumns,
    TextOptions textOptions) {

  /** Copies the lists. */
  public CorpusOptions {
    inputs = List.copyOf(inputs);
    keepColumns = List.copyOf(keepColumns);
  }

  /** The same for text files in UTF-8 and as RFC 4180 has CSV. */
  public CorpusOptions(
      List<String> inputs,
      Optional<String> format,
      Optional<String> idColumn,
      Optional<String> textColumn,
      List<String> keepColumns) {
    this(inputs, format, idColumn, textColumn, keepColumns, TextOptions.DEFAULT);
  }

  /** These inputs with every default: format by extension, text in {@code text}, nothing kept. */
  public static CorpusOptions of(String... inputs) {
    return new CorpusOptions(
        List.of(inputs), Optional.empty(), Optional.empty(), Optional.empty(), List.of());
  }

  /** The name of the text column, given or not. */
  public String textColumnOrDefault() {
    return textColumn.orElse("text");
  }

  /**
   * Refuses kept columns that have the name of a column that is added to them. Case does not
   * matter, as it does not to Spark.
   *
   * @param added names of the columns that the output has besides the kept ones
   * @throws JobException if a kept column has one of those names
   */
  public void requireKeptColumnsBeside(List<String> added) {
    Set<String> taken = new HashSet<>();
    added.forEach(name -> taken.add(name.toLowerCase(Locale.ROOT)));
    for (String kept : keepColumns) {
      if (taken.contains(kept.toLowerCase(Locale.ROOT))) {
        throw new JobException(
            "Cannot keep column \"" + kept + "\": the output has a column of that name already");
      }
    }
  }

  /** Refuses what no corpus can have, whatever its files hold. */
  void check() {
    if (inputs.isEmpty()) {
      throw new JobException("Cannot read documents: no input is named");
    }
    Set<String> seen = new HashSet<>();
    for (String kept : keepColumns) {
      if (!seen.add(kept.toLowerCase(Locale.ROOT))) {
        throw new JobException("Cannot keep column \"" + kept + "\": it is named twice");
      }
    }
  }

  /** The inputs as messages name them: all of a few, the first of many. */
  String inputNames() {
    return inputs.size() <= 3
        ? String.join(", ", inputs)
        : inputs.get(0) + " and " + (inputs.size() - 1) + " more";
  }
}
