package io.github.ptcspark.job.cli;

import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.job.tune.AccuracyTarget;
import io.github.ptcspark.job.tune.AgreementTarget;
import io.github.ptcspark.job.tune.Calibration;
import io.github.ptcspark.job.tune.CalibrationFigures;
import io.github.ptcspark.job.tune.CalibrationOptions;
import io.github.ptcspark.job.tune.CalibrationText;
import io.github.ptcspark.job.tune.SampleOptions;
import io.github.ptcspark.job.tune.SpeedTarget;
import io.github.ptcspark.job.tune.Target;
import io.github.ptcspark.pruning.methods.PolicyText;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ptc calibrate}: the fastest policy of which something can be promised. */
@Command(
    name = "calibrate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Finds the fastest policy with which a model gives the label that it gives without pruning, or"
          + " that another model gives, to as many documents as you want, or is right nearly as often,"
          + " and writes the model with that policy and the promise.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  The same label for 99 of 100 documents:",
      "    ptc calibrate --model my.bundle --input sample.jsonl --agreement 0.99 --out fast.bundle",
      "",
      "  Chosen among policies of one method:",
      "    ptc calibrate --model my.bundle --input sample.jsonl --agreement 0.95 \\",
      "              --policy \"quantile(quantile=0.3|0.5|0.7)\" --out fast.bundle",
      "",
      "  Three times as fast, with as many labels kept as can be:",
      "    ptc calibrate --model my.bundle --input sample.jsonl --min-speedup 3 --out fast.bundle",
      "",
      "  At most one point less accurate; this takes true labels:",
      "    ptc calibrate --model my.bundle --input sample.jsonl --max-accuracy-loss 0.01 \\",
      "              --label-column topic --out fast.bundle",
      "",
      "  The labels of a larger model, from a small one that asks it where it is unsure:",
      "    ptc calibrate --model small.bundle --reference large.bundle --input sample.jsonl \\",
      "              --agreement 0.98 --out fast.bundle",
      "",
      "Only --max-accuracy-loss needs labels. A third of the documents orders the policies from the",
      "safest to the fastest; the others test them in this order, up to the first that fails.",
      "That the test accepts a policy which agrees less often than is wanted happens in at most 5 of",
      "100 samples (--confidence 0.95). 0.99 takes 448 documents at least, and thousands to find the",
      "fastest policy. The promise holds for documents like those of the sample: draw it at random",
      "from what you will classify, without documents that the model was trained on or the policies",
      "were chosen by, and take others for a second try. The model keeps the precision that it was",
      "tested in: calibrate on processors like those that will classify, or name --precision.",
      "'ptc classify' repeats the promise."
    })
final class CalibrateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ModelArgument model;

  @Option(
      names = "--reference",
      paramLabel = "BUNDLE",
      description =
          "Model whose labels are to be given, such as the one that the model was distilled from, with"
              + " the same labels (default: the model itself without pruning, or the one that it already"
              + " has beside it). It is kept beside the model, for documents that are read again and for"
              + " audits.")
  private String reference;

  @Mixin private CorpusArguments corpus;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Wanted wanted;

  @Option(
      names = "--confidence",
      paramLabel = "SHARE",
      defaultValue = "0.95",
      description = "Share of samples that lead to no wrong promise (default: ${DEFAULT-VALUE}).")
  private double confidence;

  @Option(
      names = "--policy",
      paramLabel = "POLICIES",
      converter = Texts.OfPolicies.class,
      completionCandidates = Texts.PolicyMethods.class,
      description =
          "Policies to choose from, as 'ptc policies' explains them; values between | are tried one"
              + " after another (default: the model's own and several of quantile, local-merge and"
              + " ratio). Repeat it for others.")
  private List<PolicyText> policies = List.of();

  @Option(
      names = "--no-escalation",
      description =
          "Read no document twice. By default the search covers policies that read documents again"
              + " in full whose two best labels are close, as 'ptc policies escalation' explains: the"
              + " average is faster, those documents are slower.")
  private boolean noEscalation;

  @Option(
      names = "--documents",
      paramLabel = "N",
      defaultValue = "3000",
      description = "Documents that are drawn of the input (default: ${DEFAULT-VALUE}).")
  private int documents;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Which documents are drawn (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      description =
          "Column with the true label, or name of directories label=VALUE, for --max-accuracy-loss"
              + " (default: label).")
  private String labelColumn;

  @Mixin private NewBundleArgument target;

  @Mixin private PrecisionArguments settings;

  /** One of three. */
  private static final class Wanted {

    @Option(
        names = "--agreement",
        required = true,
        paramLabel = "SHARE",
        description =
            "Share of documents that must get the label of the model without pruning, or of the"
                + " --reference, such as 0.99; the fastest policy is chosen.")
    private Double agreement;

    @Option(
        names = "--min-speedup",
        required = true,
        paramLabel = "TIMES",
        description =
            "How many times as fast as without pruning, or as the --reference, the model must be,"
                + " such as 2.5; the policy that changes fewest labels is chosen.")
    private Double speedUp;

    @Option(
        names = "--max-accuracy-loss",
        required = true,
        paramLabel = "SHARE",
        description =
            "How much lower the share of right labels may be than without pruning, or than that of"
                + " the --reference, such as 0.01; the fastest policy is chosen. It takes true labels"
                + " (--label-column).")
    private Double accuracyLoss;

    Target target(double confidence) {
      if (agreement != null) {
        return new AgreementTarget(agreement, confidence);
      }
      return speedUp == null
          ? new AccuracyTarget(accuracyLoss, confidence)
          : new SpeedTarget(speedUp, confidence);
    }
  }

  @Override
  public Integer call() {
    CalibrationOptions options = options();
    Path out = target.checked();
    ModelFiles.Classifier named = model.read(settings.changes());
    BundleFiles files =
        reference == null ? named.files() : named.files().withFull(ModelFiles.read(reference));
    ModelFiles.Classifier classifier = new ModelFiles.Classifier(files, named.settings());
    Calibration.policies(files.parseClassifier(), options);
    SparkSession session = Sessions.open("ptc calibrate", classifier);
    CalibrationFigures figures =
        new Calibration(session, files, classifier.settings(), options, System.err).run();
    spec.commandLine().getOut().print(CalibrationText.table(figures));
    figures.calibrated().write(out);
    spec.commandLine().getOut().println("output       " + out);
    spec.commandLine().getOut().flush();
    return 0;
  }

  private Optional<String> truth(Target promised) {
    return promised.needsTruth()
        ? Optional.of(labelColumn == null ? "label" : labelColumn)
        : Optional.empty();
  }

  private CalibrationOptions options() {
    try {
      Target promised = wanted.target(confidence);
      if (labelColumn != null && !promised.needsTruth()) {
        throw new IllegalArgumentException(
            "--label-column goes with --max-accuracy-loss alone: for other promises true labels do"
                + " not count");
      }
      return new CalibrationOptions(
          model.model(),
          policies,
          new SampleOptions(corpus.options(List.of()), truth(promised), documents, seed),
          promised,
          !noEscalation);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
