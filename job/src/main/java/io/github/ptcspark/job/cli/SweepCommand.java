package io.github.ptcspark.job.cli;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.job.report.figures.SweepFigures;
import io.github.ptcspark.job.tune.SampleOptions;
import io.github.ptcspark.job.tune.Sweep;
import io.github.ptcspark.job.tune.SweepOptions;
import io.github.ptcspark.job.tune.SweepText;
import io.github.ptcspark.pruning.methods.PolicyText;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ptc sweep}: what policies cost and keep. */
@Command(
    name = "sweep",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Labels a sample of documents on Spark under several policies and compares them with the"
          + " unpruned model: agreement, accuracy, tokens, FLOPs, time.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  Three ratios of one method; | stands between values to try:",
      "    ptc sweep --model my.bundle --input sample.jsonl --output sweep \\",
      "              --policy \"ratio(keep-ratio=0.7|0.8|0.9, fuzzy=off)\"",
      "",
      "  With true labels, other methods, and more documents:",
      "    ptc sweep --model my.bundle --input sample.csv --label-column topic --documents 5000 \\",
      "              --policy \"ratio(scope=tokens|keys-values)\" --policy catp --output sweep",
      "",
      "Every task labels its documents under all policies in turn, so that their times can be",
      "compared. The output has every document (documents.parquet), the results (policies.parquet)",
      "and a page with a picture (sweep.html). A sweep that was stopped goes on with the same command.",
      "'ptc policies' lists the methods. They are compared with the same weights without pruning, also",
      "where a full model stands beside these, to which documents can escalate."
    })
final class SweepCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ModelArgument model;

  @Option(
      names = "--policy",
      required = true,
      paramLabel = "POLICIES",
      converter = Texts.OfPolicies.class,
      completionCandidates = Texts.PolicyMethods.class,
      description =
          "Policies as 'ptc policies' explains them; values between | are tried one after another."
              + " Options that are not named keep the model's own values. Repeat it for others.")
  private List<PolicyText> policies;

  @Mixin private CorpusArguments corpus;

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      description =
          "Column with the true label, or name of directories label=VALUE (default: none, and no"
              + " accuracy).")
  private String labelColumn;

  @Option(
      names = "--documents",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Documents that are drawn of the input (default: ${DEFAULT-VALUE}).")
  private int documents;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Which documents are drawn (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Directory for the results.")
  private String output;

  @Mixin private PrecisionArguments settings;

  @Override
  public Integer call() {
    SweepOptions options = options();
    ModelFiles.Classifier classifier = model.read(settings.changes());
    Bundle bundle = classifier.files().parseClassifier();
    Sweep.policies(bundle, policies);
    SparkSession session = Sessions.open("ptc sweep", classifier);
    SweepFigures figures =
        new Sweep(session, classifier.files(), classifier.settings(), options, System.err).run();
    spec.commandLine().getOut().print(SweepText.table(figures));
    spec.commandLine().getOut().flush();
    return 0;
  }

  private SweepOptions options() {
    try {
      return new SweepOptions(
          model.model(),
          policies,
          new SampleOptions(
              corpus.options(List.of()), Optional.ofNullable(labelColumn), documents, seed),
          output);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
