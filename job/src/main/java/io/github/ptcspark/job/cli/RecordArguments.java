package io.github.ptcspark.job.cli;

import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.job.corpus.TextOptions;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say how documents are read from what is named otherwise. */
final class RecordArguments {

  @Option(
      names = "--input-format",
      paramLabel = "FORMAT",
      description =
          "text (one document a file), lines (one document a line), jsonl, csv, parquet, or any"
              + " format that the Spark session knows, such as orc or delta (default: by the file"
              + " extensions).")
  private String format;

  @Option(
      names = "--id-column",
      paramLabel = "NAME",
      description = "Column with the id (default: made from file and position).")
  private String idColumn;

  @Option(
      names = "--text-column",
      paramLabel = "NAME",
      description = "Column with the text (default: text).")
  private String textColumn;

  @Mixin private TextArguments texts;

  CorpusOptions options(List<String> inputs, List<String> keepColumns) {
    return new CorpusOptions(
        inputs,
        Optional.ofNullable(format),
        Optional.ofNullable(idColumn),
        Optional.ofNullable(textColumn),
        keepColumns,
        texts.options());
  }

  /** Of a file that is one document, and so has neither a format nor columns. */
  TextOptions textOptions() {
    return texts.options();
  }

  /** Whether anything is said that only records have. */
  boolean nameFormatOrColumns() {
    return format != null || idColumn != null || textColumn != null;
  }
}
