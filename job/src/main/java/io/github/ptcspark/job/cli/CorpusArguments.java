package io.github.ptcspark.job.cli;

import io.github.ptcspark.job.corpus.CorpusOptions;
import java.util.ArrayList;
import java.util.List;
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

  @Mixin private RecordArguments records;

  CorpusOptions options(List<String> keepColumns) {
    return records.options(new ArrayList<>(inputs), keepColumns);
  }
}
