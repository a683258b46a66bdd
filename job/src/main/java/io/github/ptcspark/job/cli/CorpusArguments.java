package io.github.ptcspark.job.cli;

import io.github.ptcspark.job.corpus.CorpusOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which documents to read. */
final class CorpusArguments {

  @Option(
      names = "--input",
      required = true,
      arity = "1..*",
      paramLabel = "PATH",
      description = "Files, directories or globs.")
  private List<String> inputs;

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

  CorpusOptions options(List<String> keepColumns) {
    return new CorpusOptions(
        new ArrayList<>(inputs),
        Optional.ofNullable(format),
        Optional.ofNullable(idColumn),
        Optional.ofNullable(textColumn),
        keepColumns,
        texts.options());
  }
}
