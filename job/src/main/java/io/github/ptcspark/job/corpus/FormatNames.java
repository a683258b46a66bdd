package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Names of formats: what extensions mean and what users call them. */
final class FormatNames {

  /** One document a file. */
  static final String TEXT = "text";

  /** One document a line. */
  static final String LINES = "lines";

  /** One JSON object a line. */
  static final String JSON_LINES = "jsonl";

  /** Comma-separated values with a header. */
  static final String CSV = "csv";

  /** Apache Parquet. */
  static final String PARQUET = "parquet";

  private static final Map<String, String> BY_EXTENSION =
      new TreeMap<>(
          Map.of(
              "txt", TEXT,
              "jsonl", JSON_LINES,
              "ndjson", JSON_LINES,
              "json", JSON_LINES,
              "csv", CSV,
              "tsv", CSV,
              "parquet", PARQUET,
              "orc", "orc",
              "avro", "avro"));

  private static final Map<String, String> ALIASES =
      Map.of("txt", TEXT, "json", JSON_LINES, "ndjson", JSON_LINES, "tsv", CSV);

  private FormatNames() {}

  /** The formats that are known by name, for messages. */
  static List<String> known() {
    return List.of(TEXT, LINES, JSON_LINES, CSV, PARQUET);
  }

  /** Whether files of a format are read here and not by Spark. */
  static boolean isRanged(String format) {
    return Set.of(TEXT, LINES, JSON_LINES, CSV).contains(format);
  }

  /**
   * The format that is asked for, or else the one that all extensions stand for.
   *
   * @throws JobException if an extension is unknown or they stand for several formats
   */
  static String of(CorpusOptions options, List<InputFile> files) {
    if (options.format().isPresent()) {
      String given = options.format().get();
      String name = given.toLowerCase(Locale.ROOT);
      boolean isKnown = BY_EXTENSION.containsValue(name) || name.equals(LINES);
      return ALIASES.getOrDefault(name, isKnown ? name : given); // It may be the name of a class.
    }
    Set<String> formats = new LinkedHashSet<>();
    Set<String> extensions = new TreeSet<>();
    for (InputFile file : files) {
      String extension = extension(file.hadoopPath().getName());
      String format = BY_EXTENSION.get(extension);
      if (format == null) {
        Compression.refusal(file.hadoopPath().getName())
            .ifPresent(
                reason -> {
                  throw new JobException("Cannot read " + file.name() + ": " + reason);
                });
        throw new JobException(
            "Cannot tell the format of "
                + file.name()
                + ": its extension is none of ."
                + String.join(", .", BY_EXTENSION.keySet())
                + "; name the format with --input-format");
      }
      formats.add(format);
      extensions.add("." + extension);
    }
    if (formats.size() > 1) {
      throw new JobException(
          "Cannot tell the format of "
              + options.inputNames()
              + ": there are files with "
              + String.join(", ", extensions)
              + "; name one format with --input-format");
    }
    return formats.iterator().next();
  }

  /** The extension of a file name in lower case, under that of a compression, or "". */
  static String extension(String name) {
    String extension = Compression.extension(name);
    return Compression.isNamed(name)
        ? Compression.extension(name.substring(0, name.length() - extension.length() - 1))
        : extension;
  }
}
