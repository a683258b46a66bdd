package io.github.ptcspark.job.cli;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.inference.LibraryDirectory;
import io.github.ptcspark.job.train.FewShotOptions;
import io.github.ptcspark.job.train.FewShotRun;
import io.github.ptcspark.job.train.TrainRun;
import io.github.ptcspark.job.train.TrainingOptions;
import io.github.ptcspark.job.train.ValidationSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ptc train}: a classifier from labelled documents. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes a classifier of labelled documents, with the pruning active, and writes a bundle: fine-tunes"
          + " a model, or fits a head on a few examples of each class.",
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
      "The model of the epoch with the lowest validation loss is written.",
      "",
      "  Of five examples of each intent, in seconds, pruned; what is of no intent becomes oos:",
      "    ptc train --head few-shot --base bge-small --train intents.jsonl --examples-per-class 5 \\",
      "              --policy \"quantile(min-length=8)\" --out-of-scope-label oos --out intents.bundle",
      "",
      "A few-shot head is fitted on what the encoder says of the examples under the policy, which must",
      "be one that needs no training (default: the model's own). It takes no options of fine-tuning but",
      "--seed, which draws the examples. 'ptc tune' finds a policy for several tasks at once."
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
      names = "--head",
      paramLabel = "HEAD",
      defaultValue = "fine-tuned",
      converter = Texts.OfHead.class,
      description =
          "fine-tuned: all weights learn; few-shot: the encoder stays as it is, and a logistic"
              + " regression on its pooled output learns of a few examples of each class, in seconds"
              + " (default: ${DEFAULT-VALUE}).")
  private Head head;

  @Option(
      names = "--train",
      required = true,
      paramLabel = "FILE",
      description = "Labelled documents to learn.")
  private String train;

  @Option(
      names = "--validation",
      paramLabel = "FILE|RATIO",
      description =
          "Labelled documents that choose the best epoch, or the share of every class of the"
              + " training documents that is set apart for that; not for few-shot.")
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

  @Mixin private FewShotArguments fewShot;

  @Mixin private TrainingArguments training;

  @Mixin private ModelsDirectory models;

  /** What learns. */
  enum Head {
    /** All weights. */
    FINE_TUNED("fine-tuned"),
    /** A classifier on the encoder as it is. */
    FEW_SHOT("few-shot");

    private final String text;

    Head(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  @Override
  public Integer call() {
    String summary = orWrongUse(this::checkedHead) == Head.FEW_SHOT ? fitHead() : fineTune();
    spec.commandLine().getOut().print(summary);
    spec.commandLine().getOut().flush();
    return 0;
  }

  private String fineTune() {
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
    return new TrainRun(Sessions.open("ptc train"), model, settings, options)
        .run(labelled.options(List.of(train)), source, out, System.err)
        .text();
  }

  private String fitHead() {
    FewShotOptions options = orWrongUse(() -> fewShot.options(training.seed()));
    Path out = target.checked();
    LibraryDirectory.prepare();
    Bundle model = ModelFiles.readOrImport(base, models.path());
    ModelSettings settings =
        new SettingsChanges(policy.given(spec), Optional.of(precision), Optional.empty())
            .applyTo(model.alone());
    return new FewShotRun(Sessions.open("ptc train"), model, settings, options)
        .run(labelled.options(List.of(train)), out, System.err)
        .text();
  }

  /** An option of the other head would do nothing, which whoever names it does not expect. */
  private Head checkedHead() {
    List<String> others =
        spec.commandLine().getParseResult().matchedOptions().stream()
            .map(OptionSpec::longestName)
            .filter(this::isOfTheOther)
            .sorted()
            .toList();
    if (!others.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot train with --head %s and %s".formatted(head, String.join(", ", others)));
    }
    if (head == Head.FINE_TUNED && validation == null) {
      throw new IllegalArgumentException(
          "Cannot train with --head %s without --validation".formatted(head));
    }
    return head;
  }

  private boolean isOfTheOther(String option) {
    Map<String, CommandSpec> mixins = spec.mixins();
    if (head == Head.FINE_TUNED) {
      return mixins.get("fewShot").optionsMap().containsKey(option);
    }
    return option.equals("--validation")
        || (mixins.get("training").optionsMap().containsKey(option) && !option.equals("--seed"));
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
