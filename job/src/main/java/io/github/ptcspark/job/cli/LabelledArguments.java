package io.github.ptcspark.job.cli;

import io.github.ptcspark.job.corpus.CorpusOptions;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say how labelled documents are laid out. */
final class LabelledArguments {

  @Option(
      names = "--input-format",
      paramLabel = "FORMAT",
      description =
          "text (one document a file), lines (one document a line), jsonl, csv, parquet, or any"
              + " format that the Spark session knows, such as orc (default: by the file"
              + " extensions).")
  private String format;

  @Option(
      names = "--text-column",
      paramLabel = "NAME",
      defaultValue = "text",
      description = "Column with the text (default: ${DEFAULT-VALUE}).")
  private String textColumn;

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      defaultValue = "label",
      description =
          "Column with the label (default: ${DEFAULT-VALUE}), or name of directories label=VALUE.")
  private String labelColumn;

  @Mixin private TextArguments texts;

  CorpusOptions options(List<String> inputs) {
    return new CorpusOptions(
        inputs,
        Optional.ofNullable(format),
        Optional.empty(),
        Optional.of(textColumn),
        List.of(labelColumn),
        texts.options());
  }
}
