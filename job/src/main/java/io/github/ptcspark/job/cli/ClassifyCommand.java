package io.github.ptcspark.job.cli;

import io.github.ptcspark.inference.LibraryDirectory;
import io.github.ptcspark.job.output.ExistingOutput;
import io.github.ptcspark.job.run.ClassifyOptions;
import io.github.ptcspark.job.run.ClassifyRun;
import io.github.ptcspark.job.run.RunSummary;
import io.github.ptcspark.spark.Audit;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ptc classify}: labels for a corpus. */
@Command(
    name = "classify",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Labels every document of a corpus on Spark and writes one row a document to Parquet, with"
          + " what pruning did to it.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  JSON Lines with the columns id and text; the column url goes along:",
      "    ptc classify --model my.bundle --input corpus.jsonl --id-column id --keep-columns url \\",
      "                 --output labels.parquet",
      "",
      "  A directory of text files, one document a file, read in full however long:",
      "    ptc classify --model my.bundle --input texts/ --long-documents windows --output labels",
      "",
      "  Every night what is new in a directory; the same command takes up a run that died:",
      "    ptc classify --model my.bundle --input corpus/ --output labels.parquet",
      "",
      "  A calibrated model, whose promise is looked after on one document in a thousand:",
      "    ptc classify --model fast.bundle --input corpus/ --output labels.parquet --audit 0.001 \\",
      "                 --strict-promise",
      "",
      "  Options from a file; the command line wins:",
      "    ptc classify --config conf/classify.properties --input corpus.csv --output labels",
      "",
      "A page about the documents of the run is written to _ptc/report.html in the output, which takes",
      "some seconds for 100,000 documents; ptc report makes one about the whole output.",
      "",
      "Rejected documents (empty text, a record that does not parse) stay in the output with status",
      "'rejected' and the reason."
    })
final class ClassifyCommand implements Callable<Integer> {

  private static final int TOO_MANY_REJECTS = 3;
  private static final int BROKEN_PROMISE = 4;

  @Spec private CommandSpec spec;

  @Mixin private ModelArgument model;

  @Mixin private CorpusArguments corpus;

  @Option(
      names = "--keep-columns",
      arity = "1..*",
      split = ",",
      paramLabel = "NAME",
      description =
          "Columns of the input to carry along, also those of directories NAME=VALUE below it.")
  private List<String> keepColumns = List.of();

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description =
          "Directory to write. If an earlier run with the same model and settings wrote it, or died"
              + " while it did, what is new is added.")
  private String output;

  @Option(
      names = "--overwrite",
      description =
          "Classify everything anew and replace an output of earlier runs once that is complete.")
  private boolean overwrite;

  @Option(
      names = "--partition-by",
      arity = "1..*",
      split = ",",
      paramLabel = "NAME",
      description =
          "Columns whose values become directories NAME=VALUE: label, status or kept columns.")
  private List<String> partitionColumns = List.of();

  @Option(
      names = "--slice-size",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      description =
          "Bytes of input that are committed as one and become one output file; 64m, 1g (default:"
              + " 16m a core, at least 64m, at most 1g).")
  private Long sliceBytes;

  @Mixin private SettingsArguments settings;

  @Mixin private DeviceArguments device;

  @Option(
      names = "--max-reject-ratio",
      paramLabel = "SHARE",
      defaultValue = "1.0",
      description =
          "End with exit code 3 if a larger share of the documents was rejected (default: 1.0): of"
              + " all since the last run that did not.")
  private double maxRejectRatio;

  @Option(
      names = "--audit",
      paramLabel = "SHARE",
      defaultValue = "0",
      description =
          "Share of the documents that are read at full cost too (without pruning, or by the full"
              + " model of the bundle), such as 0.001; the column audit_label has what they get then,"
              + " the summary how many agree, and whether a calibrated model's promise still holds"
              + " (default: ${DEFAULT-VALUE}).")
  private double audited;

  @Option(
      names = "--strict-promise",
      description =
          "Refuse a run that the promise of 'ptc calibrate' says nothing of, and end with exit code"
              + " 4 if the audit shows that it no longer holds.")
  private boolean strictPromise;

  @Option(
      names = "--dry-run",
      description =
          "Check everything, show the plan with the expected time, and write nothing: slices,"
              + " documents where cheaply known, partitions, memory, speed on this machine.")
  private boolean dryRun;

  @Option(
      names = ConfigFile.OPTION,
      paramLabel = "FILE",
      description = "Properties file with options, named as here without the dashes.")
  @SuppressWarnings("unused") // ConfigFile reads the file before the arguments are parsed.
  private Path config;

  @Override
  public Integer call() {
    ClassifyOptions options = options();
    ModelFiles.Classifier classifier = model.read(options.changes());
    if (dryRun) {
      LibraryDirectory.prepare();
    }
    if (!partitionColumns.isEmpty()) {
      NameEncoding.current().checkNamesAfterValues(output, Sessions.hadoop());
    }
    SparkSession session = Sessions.open("ptc classify", classifier);
    ClassifyRun run = new ClassifyRun(session, classifier.files(), options, System.err);
    if (dryRun) {
      spec.commandLine().getOut().print(run.plan().text());
      spec.commandLine().getOut().flush();
      return 0;
    }
    RunSummary summary = run.run();
    spec.commandLine().getOut().print(summary.text());
    spec.commandLine().getOut().flush();
    if (summary.tooManyRejects()) {
      spec.commandLine()
          .getErr()
          .printf(
              Locale.ROOT,
              "ptc: %d of %d documents were rejected, more than --max-reject-ratio %s allows%n",
              summary.unaccepted().rejected(),
              summary.unaccepted().documents(),
              maxRejectRatio);
      return TOO_MANY_REJECTS;
    }
    if (strictPromise && summary.brokenPromise()) {
      return BROKEN_PROMISE;
    }
    return 0;
  }

  private ClassifyOptions options() {
    try {
      return new ClassifyOptions(
          model.model(),
          device.with(settings.changes()),
          corpus.options(keepColumns),
          output,
          overwrite ? ExistingOutput.REPLACE : ExistingOutput.EXTEND,
          partitionColumns,
          Optional.ofNullable(sliceBytes),
          maxRejectRatio,
          new Audit(audited),
          strictPromise);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
