package io.github.ptcspark.job.report;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.output.CommittedRows;
import io.github.ptcspark.job.report.figures.Comparison;
import io.github.ptcspark.job.report.figures.ComparisonQuery;
import io.github.ptcspark.job.report.figures.FiguresQuery;
import io.github.ptcspark.job.report.figures.OutputFigures;
import io.github.ptcspark.job.report.figures.Totals;
import io.github.ptcspark.job.report.page.ReportPage;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** A page about an output, or about what one run added to it. */
public final class OutputReport {

  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** What a user sets for other work does not change figures. */
  private static final Map<String, String> SETTINGS =
      Map.of("spark.sql.caseSensitive", "true", "spark.sql.ansi.enabled", "false");

  private final SparkSession session;

  /** Reports whose figures are computed in a session. */
  public OutputReport(SparkSession session) {
    this.session = session.cloneSession();
    SETTINGS.forEach((key, value) -> this.session.conf().set(key, value));
  }

  /**
   * What a report is made of.
   *
   * @param labelColumn a kept column with true labels
   * @param against another output to compare with
   */
  public record Options(Optional<String> labelColumn, Optional<String> against) {

    /** Nothing beyond the output itself. */
    public static final Options NONE = new Options(Optional.empty(), Optional.empty());
  }

  /**
   * The page of a whole output.
   *
   * @param output as the user named it
   * @throws JobException if no run wrote it, one writes to it, it cannot be read, or it does not
   *     have what the options name
   */
  public Made of(String output, Options options) {
    return reporting(
        output,
        () -> {
          CommittedRows rows = committed(output);
          Optional<CommittedRows> other = options.against().map(this::committed);
          OutputFigures figures = figures(rows, options);
          Optional<Comparison> comparison =
              other.map(
                  others -> reporting(others.name(), () -> comparison(rows, figures, others)));
          String scope =
              "All %s of the output."
                  .formatted(Numbers.count(figures.totals().documents(), "document"));
          return new Made(rows, figures, page(rows, figures, scope, comparison).html());
        });
  }

  /**
   * The page of what one run wrote.
   *
   * @param rows of the run
   * @param total how many documents the output has
   * @throws JobException if the rows cannot be read
   */
  public Made ofRun(CommittedRows rows, long total) {
    return reporting(
        rows.name(),
        () -> {
          OutputFigures figures = figures(rows, Options.NONE);
          long documents = figures.totals().documents();
          String scope =
              documents == total
                  ? "All %s of the output.".formatted(Numbers.count(documents, "document"))
                  : "The %s of one run; all runs together wrote %s."
                      .formatted(Numbers.count(documents, "document"), Numbers.count(total));
          return new Made(rows, figures, page(rows, figures, scope, Optional.empty()).html());
        });
  }

  /**
   * A report.
   *
   * @param rows what it is of
   * @param figures what it says
   * @param html the page
   */
  public record Made(CommittedRows rows, OutputFigures figures, String html) {}

  private CommittedRows committed(String output) {
    try {
      return CommittedRows.of(session.sessionState().newHadoopConf(), output);
    } catch (IOException | IllegalArgumentException e) {
      throw cannotReport(output, JobException.reason(e), e);
    }
  }

  private OutputFigures figures(CommittedRows rows, Options options) {
    options.labelColumn().ifPresent(name -> requireLabels(rows, name));
    OutputFigures figures = new FiguresQuery(rows.read(session)).run(options.labelColumn());
    requireAll(rows, figures.totals());
    return figures;
  }

  private Comparison comparison(CommittedRows rows, OutputFigures figures, CommittedRows other) {
    Comparison comparison =
        new ComparisonQuery(rows.read(session), other.read(session))
            .run(other.name(), rows.identity().differencesTo(other.identity()), figures);
    requireAll(other, comparison.totals());
    return comparison;
  }

  private static void requireAll(CommittedRows rows, Totals totals) {
    if (totals.documents() != rows.rows()) {
      String reason =
          String.format(
              Locale.ROOT,
              "its files have %,d rows, not the %,d that were committed",
              totals.documents(),
              rows.rows());
      throw cannotReport(rows.name(), reason, null);
    }
  }

  private static void requireLabels(CommittedRows rows, String name) {
    List<StructField> kept = rows.identity().kept();
    Optional<StructField> column =
        kept.stream().filter(field -> field.name().equals(name)).findFirst();
    if (column.isEmpty()) {
      String others =
          kept.isEmpty()
              ? "it has none; classify --keep-columns keeps them"
              : "it has " + String.join(", ", kept.stream().map(StructField::name).toList());
      throw cannotReport(
          rows.name(), "there is no kept column \"%s\" (%s)".formatted(name, others), null);
    }
    DataType type = column.get().dataType();
    if (type instanceof StructType
        || type instanceof ArrayType
        || type instanceof MapType
        || type instanceof BinaryType) {
      throw cannotReport(
          rows.name(),
          "the column \"%s\" is of type %s, and a label is a string, a number or a date"
              .formatted(name, type.simpleString()),
          null);
    }
  }

  private static ReportPage page(
      CommittedRows rows, OutputFigures figures, String scope, Optional<Comparison> comparison) {
    return new ReportPage(
        rows.name(),
        scope,
        "Page made %s.".formatted(MINUTE.format(Instant.now())),
        figures,
        comparison,
        Provenance.of(rows, figures));
  }

  private static <T> T reporting(String output, Supplier<T> report) {
    try {
      return report.get();
    } catch (JobException e) {
      throw e;
    } catch (Exception e) { // Spark does not declare what it throws.
      throw cannotReport(output, JobException.reason(e), e);
    }
  }

  private static JobException cannotReport(String output, String reason, Throwable cause) {
    return new JobException("Cannot report on %s: %s".formatted(output, reason), cause);
  }
}
