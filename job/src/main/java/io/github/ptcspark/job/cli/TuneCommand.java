package io.github.ptcspark.job.cli;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.LibraryDirectory;
import io.github.ptcspark.job.tune.Tune;
import io.github.ptcspark.job.tune.TuneFigures;
import io.github.ptcspark.job.tune.TuneOptions;
import io.github.ptcspark.job.tune.TuneText;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ptc tune}: one setting of quantile for several few-shot tasks. */
@Command(
    name = "tune",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Finds one setting of quantile (least length, quantile, layer) for several few-shot tasks at"
          + " once, and measures on a task that it did not see what it saves and loses.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  Two tasks choose, a third one judges; at most a point of accuracy may go:",
      "    ptc tune --model bge-small --task banking.jsonl --task travel.jsonl \\",
      "             --unseen support.jsonl --max-accuracy-loss 0.01",
      "",
      "Of every task some documents are the examples that a few-shot head is fitted on, as 'ptc train",
      "--head few-shot' does, and others measure its accuracy. All are embedded without pruning and",
      "under each setting in turn, on one thread. From the fastest setting on the accuracy is measured,",
      "up to the first setting whose mean loss is no more than allowed. Pass it to 'ptc train --head",
      "few-shot --policy ...' for tasks like these."
    })
final class TuneCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "MODEL",
      description =
          "The encoder: a bundle, also with a scheme, such as hdfs:, or whatever ptc import takes.")
  private String model;

  @Option(
      names = "--task",
      required = true,
      paramLabel = "FILE",
      description = "Labelled documents of a task that chooses the setting. Repeat it for others.")
  private List<String> tasks;

  @Option(
      names = "--unseen",
      required = true,
      paramLabel = "FILE",
      description = "Labelled documents of a task that has no part in the choice.")
  private String unseen;

  @Option(
      names = "--max-accuracy-loss",
      paramLabel = "SHARE",
      defaultValue = "0.01",
      description =
          "How much the accuracy may fall in the mean of the tasks (default: ${DEFAULT-VALUE}, a"
              + " point of a hundred).")
  private double maxAccuracyLoss;

  @Option(
      names = "--examples-per-class",
      paramLabel = "N",
      defaultValue = "10",
      description = "The most examples of a class (default: ${DEFAULT-VALUE}).")
  private int examplesPerClass;

  @Option(
      names = "--documents",
      paramLabel = "N",
      defaultValue = "500",
      description =
          "The most other documents of a task that measure accuracy (default: ${DEFAULT-VALUE}).")
  private int documents;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Which documents are drawn (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Mixin private LabelledArguments labelled;

  @Option(
      names = "--precision",
      paramLabel = "PRECISION",
      defaultValue = "auto",
      converter = Texts.OfPrecision.class,
      completionCandidates = Texts.PrecisionsOfProcessors.class,
      description =
          "auto, fp32, int8 or bf16: how documents will be read (default: ${DEFAULT-VALUE}, the"
              + " fastest of this processor).")
  private Precision precision;

  @Mixin private ModelsDirectory models;

  @Override
  public Integer call() {
    TuneOptions options = options();
    LibraryDirectory.prepare();
    Bundle bundle = ModelFiles.readOrImport(model, models.path());
    ModelSettings settings = bundle.settings().with(precision);
    TuneFigures figures =
        new Tune(Sessions.open("ptc tune"), bundle, settings, options, System.err).run();
    spec.commandLine().getOut().print(TuneText.table(figures));
    spec.commandLine().getOut().flush();
    return 0;
  }

  private TuneOptions options() {
    try {
      return new TuneOptions(
          model,
          tasks.stream().map(task -> labelled.options(List.of(task))).toList(),
          labelled.options(List.of(unseen)),
          examplesPerClass,
          documents,
          maxAccuracyLoss,
          seed);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
