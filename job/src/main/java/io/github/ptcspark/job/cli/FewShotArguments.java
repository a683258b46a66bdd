package io.github.ptcspark.job.cli;

import io.github.ptcspark.job.train.FewShotOptions;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say how a few-shot head is fitted. */
final class FewShotArguments {

  @Option(
      names = "--examples-per-class",
      paramLabel = "N",
      description =
          "With few-shot: the most examples of each label, drawn of the training documents by --seed"
              + " (default: all).")
  private Integer examplesPerClass;

  @Option(
      names = "--out-of-scope-label",
      paramLabel = "NAME",
      description =
          "With few-shot: documents that are like no class get this label. The threshold is learnt of"
              + " training documents that have the label, or keeps 95 of 100 held-out documents of the"
              + " classes where none has it (default: every document gets a class).")
  private String outOfScopeLabel;

  /**
   * The options.
   *
   * @throws IllegalArgumentException if one is invalid
   */
  FewShotOptions options(long seed) {
    return new FewShotOptions(
        Optional.ofNullable(examplesPerClass), Optional.ofNullable(outOfScopeLabel), seed);
  }
}
