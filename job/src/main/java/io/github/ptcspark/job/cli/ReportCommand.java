package io.github.ptcspark.job.cli;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.report.OutputReport;
import io.github.ptcspark.job.report.Printable;
import io.github.ptcspark.job.report.figures.Totals;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ptc report}: a page about an output. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes a page (HTML, one file) about an output: labels, scores, what pruning did, slow and"
          + " rejected documents, settings.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  A page about all documents of an output, to labels.parquet/_ptc/report.html:",
      "    ptc report --output labels.parquet",
      "",
      "  How far the scores can be relied on, where the true labels are the kept column topic:",
      "    ptc report --output labels.parquet --label-column topic --to topics.html",
      "",
      "  Which documents changed their label when more was pruned:",
      "    ptc report --output pruned.parquet --against labels.parquet --to changes.html",
      "",
      "Spark reads a few columns of all rows once, with --against and --label-column several times. The",
      "output stays as it is. classify writes such a page too, about the documents of its run."
    })
final class ReportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private OutputArgument output;

  @Option(
      names = "--against",
      paramLabel = "DIR",
      description =
          "Another output to compare with, as of another model or other pruning: document by"
              + " document where ids match.")
  private String against;

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      description =
          "A kept column with true labels: the page says how many labels are right, by score.")
  private String labelColumn;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      converter = LocalPath.class,
      description = "File on this machine to write (default: _ptc/report.html in the output).")
  private Path file;

  @Override
  public Integer call() {
    SparkSession session = Sessions.open("ptc report");
    OutputReport.Made made =
        new OutputReport(session)
            .of(
                output.output(),
                new OutputReport.Options(
                    Optional.ofNullable(labelColumn), Optional.ofNullable(against)));
    Totals totals = made.figures().totals();
    spec.commandLine()
        .getOut()
        .print(
            Printable.text(
                String.format(
                    Locale.ROOT,
                    "documents    %,d, %,d of them rejected%nreport       %s%n",
                    totals.documents(),
                    totals.rejected(),
                    write(made, session))));
    spec.commandLine().getOut().flush();
    return 0;
  }

  private String write(OutputReport.Made made, SparkSession session) {
    try {
      if (file == null) {
        return made.rows()
            .writePage(session.sessionState().newHadoopConf(), made.html())
            .toString();
      }
      PageFile.write(file, made.html());
      return file.toString();
    } catch (IOException e) {
      throw new JobException(
          "Cannot write the report of %s: %s%s"
              .formatted(
                  output.output(),
                  JobException.reason(e),
                  file == null ? "; --to names a file on this machine" : ""),
          e);
    }
  }
}
