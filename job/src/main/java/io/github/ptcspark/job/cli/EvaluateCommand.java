package io.github.ptcspark.job.cli;

import io.github.ptcspark.job.train.Evaluation;
import io.github.ptcspark.job.train.EvaluationReport;
import io.github.ptcspark.job.train.EvaluationText;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ptc evaluate}: how well a model labels. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Classifies labelled documents on Spark, as classify does, and compares the labels.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  JSON Lines with the columns text and label:",
      "    ptc evaluate --model my.bundle --input test.jsonl",
      "",
      "  A CSV file with other columns; the result as JSON:",
      "    ptc evaluate --model my.bundle --input test.csv --text-column body \\",
      "                 --label-column topic --json",
      "",
      "  The same model with other pruning, where that needs no training:",
      "    ptc evaluate --model my.bundle --input test.jsonl \\",
      "                 --policy \"ptc(keep-ratio=0.8)\" --precision fp32"
    })
final class EvaluateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ModelArgument model;

  @Option(
      names = "--input",
      required = true,
      arity = "1..*",
      paramLabel = "PATH",
      description = "Files, directories or globs with labelled documents.")
  private List<String> inputs;

  @Mixin private LabelledArguments labelled;

  @Mixin private SettingsArguments settings;

  @Mixin private DeviceArguments device;

  @Option(names = "--json", description = "Print JSON for machines.")
  private boolean json;

  @Override
  public Integer call() {
    ModelFiles.Classifier classifier = model.read(device.with(settings.changes()));
    SparkSession session = Sessions.open("ptc evaluate", classifier);
    EvaluationReport report =
        new Evaluation(session, classifier.files(), classifier.settings())
            .run(labelled.options(List.copyOf(inputs)));
    String text = json ? EvaluationText.json(report) + "\n" : EvaluationText.table(report);
    spec.commandLine().getOut().print(text);
    spec.commandLine().getOut().flush();
    return 0;
  }
}
