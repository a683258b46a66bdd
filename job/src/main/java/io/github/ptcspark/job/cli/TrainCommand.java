package io.github.ptcspark.job.cli;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.LibraryDirectory;
import io.github.ptcspark.job.train.TrainRun;
import io.github.ptcspark.job.train.TrainSummary;
import io.github.ptcspark.job.train.TrainingOptions;
import io.github.ptcspark.job.train.ValidationSource;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ptc train}: a classifier from labelled documents. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Fine-tunes a model on labelled documents, with the pruning active, and writes a bundle.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  JSON Lines with the columns text and label; a tenth of every class for validation:",
      "    ptc train --base minilm --train train.jsonl --validation 0.1 --out my.bundle",
      "",
      "  A CSV file with other columns, and validation documents of their own:",
      "    ptc train --base minilm --train train.csv --validation dev.csv --text-column body \\",
      "              --label-column topic --out my.bundle",
      "",
      "  Pruning as in the paper, keys and values only, combined late:",
      "    ptc train --base bge-small --train train.jsonl --validation dev.jsonl \\",
      "              --policy \"ptc(scope=keys-values, combining-layer=11)\" --out my.bundle",
      "",
      "  The same model without pruning, to compare with:",
      "    ptc train --base minilm --train train.jsonl --validation 0.1 --policy none \\",
      "              --out plain.bundle",
      "",
      "The model of the epoch with the lowest validation loss is written."
    })
final class TrainCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--base",
      required = true,
      paramLabel = "MODEL",
      description =
          "The model to start with: a bundle, also with a scheme, such as hdfs:, or whatever ptc"
              + " import takes.")
  private String base;

  @Option(
      names = "--train",
      required = true,
      paramLabel = "FILE",
      description = "Labelled documents to learn.")
  private String train;

  @Option(
      names = "--validation",
      required = true,
      paramLabel = "FILE|RATIO",
      description =
          "Labelled documents that choose the best epoch, or the share of every class of the"
              + " training documents that is set apart for that.")
  private String validation;

  @Mixin private NewBundleArgument target;

  @Mixin private LabelledArguments labelled;

  @Mixin private PolicyArguments policy;

  @Option(
      names = "--precision",
      paramLabel = "PRECISION",
      defaultValue = "auto",
      converter = Texts.OfPrecision.class,
      completionCandidates = Texts.PrecisionsOfProcessors.class,
      description =
          "auto, fp32, int8 or bf16: how the trained model will run (default: ${DEFAULT-VALUE}, the"
              + " fastest of the processors that run it); --training-precision says how it is"
              + " trained.")
  private Precision precision;

  @Mixin private TrainingArguments training;

  @Mixin private ModelsDirectory models;

  @Override
  public Integer call() {
    TrainingOptions options = orWrongUse(training::options);
    ValidationSource source = orWrongUse(this::validationSource);
    Path out = target.checked();
    LibraryDirectory.prepare();
    Bundle model = ModelFiles.readOrImport(base, models.path());
    ModelSettings settings =
        new ModelSettings(
            orWrongUse(() -> policy.policy(model.config().shape())),
            precision,
            LongDocuments.TRUNCATE);
    TrainSummary summary =
        new TrainRun(Sessions.open("ptc train"), model, settings, options)
            .run(labelled.options(List.of(train)), source, out, System.err);
    spec.commandLine().getOut().print(summary.text());
    spec.commandLine().getOut().flush();
    return 0;
  }

  private ValidationSource validationSource() {
    double ratio;
    try {
      ratio = Double.parseDouble(validation);
    } catch (NumberFormatException e) {
      return new ValidationSource.OfCorpus(labelled.options(List.of(validation)));
    }
    return new ValidationSource.OfRatio(ratio);
  }

  private <T> T orWrongUse(Supplier<T> supplier) {
    try {
      return supplier.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
