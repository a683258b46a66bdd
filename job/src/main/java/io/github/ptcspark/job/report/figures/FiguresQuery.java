package io.github.ptcspark.job.report.figures;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.desc;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.log2;
import static org.apache.spark.sql.functions.posexplode;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.github.ptcspark.spark.ClassifiedSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Has Spark aggregate the figures of an output; only the aggregates come to the driver. */
public final class FiguresQuery {

  private static final int SLOWEST = 10;
  private static final int CODES = 20;
  private static final int EXAMPLES = 3;
  static final int ID_CHARACTERS = 200;
  private static final int MESSAGE_CHARACTERS = 300;

  /** Documents of fewer tokens count as of one length: below, a power of two is a word or two. */
  private static final int SHORT_EXPONENT = 4;

  private final Dataset<Row> rows;

  /**
   * A query.
   *
   * @param rows of {@link ClassifiedSchema}
   */
  public FiguresQuery(Dataset<Row> rows) {
    this.rows = rows;
  }

  /**
   * Runs to the end.
   *
   * @param labelColumn a kept column with true labels
   */
  public OutputFigures run(Optional<String> labelColumn) {
    List<Row> byLabel = byLabelAndScore();
    Totals totals = totals();
    return new OutputFigures(
        totals,
        labels(byLabel),
        scores(byLabel),
        layers(),
        lengths(),
        slowest(),
        rejects(),
        labelColumn.map(column -> new ReliabilityQuery(rows, column).run(totals.documents())));
  }

  Totals totals() {
    Row row =
        rows.agg(
                count(lit(1)),
                total(when(isLabelled(), 1L)),
                total(when(col("truncated"), 1L)),
                total(col("stats.tokens_read")),
                total(col("tokens_kept")),
                real(col("stats.flops")),
                real(col("stats.flops_dense")),
                real(col("millis")),
                percentile(when(isLabelled(), col("millis")), 0.5),
                percentile(when(isLabelled(), col("millis")), 0.99),
                percentile(col("score").cast("double"), 0.5))
            .first();
    return new Totals(
        row.getLong(0),
        row.getLong(1),
        row.getLong(2),
        row.getLong(3),
        row.getLong(4),
        row.getDouble(5),
        row.getDouble(6),
        row.getDouble(7),
        row.getDouble(8),
        row.getDouble(9),
        row.getDouble(10));
  }

  List<LabelFigures> labels() {
    return labels(byLabelAndScore());
  }

  /** As many rows as labels times intervals. */
  private List<Row> byLabelAndScore() {
    return rows.where(isLabelled())
        .groupBy(col("label"), bin(col("score"), OutputFigures.SCORE_BINS).as("bin"))
        .agg(
            count(lit(1)),
            real(col("score")),
            real(col("stats.flops")),
            real(col("stats.flops_dense")))
        .collectAsList();
  }

  private static List<LabelFigures> labels(List<Row> byLabelAndScore) {
    Map<String, double[]> sums = new HashMap<>();
    for (Row row : byLabelAndScore) {
      double[] sum = sums.computeIfAbsent(row.getString(0), none -> new double[4]);
      sum[0] += row.getLong(2);
      for (int i = 1; i < sum.length; i++) {
        sum[i] += row.getDouble(2 + i);
      }
    }
    List<LabelFigures> labels = new ArrayList<>();
    sums.forEach(
        (label, sum) ->
            labels.add(
                new LabelFigures(
                    label, Math.round(sum[0]), sum[1] / sum[0], cost(sum[2], sum[3]))));
    labels.sort(
        Comparator.comparing(LabelFigures::documents)
            .reversed()
            .thenComparing(LabelFigures::label));
    return labels;
  }

  private static List<Long> scores(List<Row> byLabelAndScore) {
    List<Long> scores = new ArrayList<>(Collections.nCopies(OutputFigures.SCORE_BINS, 0L));
    for (Row row : byLabelAndScore) {
      int bin = row.getInt(1);
      scores.set(bin, scores.get(bin) + row.getLong(2));
    }
    return scores;
  }

  private List<LayerFigures> layers() {
    return rows
        .where(isLabelled())
        .select(
            col("stats.tokens_read").as("read"),
            posexplode(col("stats.kept_per_layer")).as(new String[] {"layer", "kept"}))
        .groupBy("layer")
        .agg(total(col("kept")), total(col("read")))
        .orderBy("layer")
        .collectAsList()
        .stream()
        .map(row -> new LayerFigures(row.getInt(0), row.getLong(1), row.getLong(2)))
        .toList();
  }

  private List<LengthFigures> lengths() {
    Column exponent = floor(log2(col("stats.tokens_read"))).cast("int");
    return rows
        .where(isLabelled())
        .groupBy(
            when(exponent.lt(SHORT_EXPONENT), SHORT_EXPONENT - 1).otherwise(exponent).as("bin"))
        .agg(count(lit(1)), real(col("stats.flops")), real(col("stats.flops_dense")), avg("millis"))
        .orderBy("bin")
        .collectAsList()
        .stream()
        .map(
            row ->
                new LengthFigures(
                    row.getInt(0) < SHORT_EXPONENT ? 1 : 1L << row.getInt(0),
                    (1L << (row.getInt(0) + 1)) - 1,
                    row.getLong(1),
                    cost(row.getDouble(2), row.getDouble(3)),
                    row.getDouble(4)))
        .toList();
  }

  private List<SlowDocument> slowest() {
    return rows
        .orderBy(desc("millis"), col("id"))
        .limit(SLOWEST)
        .select(
            substring(col("id"), 1, ID_CHARACTERS),
            coalesce(col("label"), col("error.code"), lit("")),
            coalesce(col("stats.tokens_read"), lit(0)),
            col("millis"))
        .collectAsList()
        .stream()
        .map(
            row ->
                new SlowDocument(
                    row.getString(0), row.getString(1), row.getInt(2), row.getDouble(3)))
        .toList();
  }

  private List<RejectFigures> rejects() {
    Dataset<Row> rejected = rows.where(col("status").equalTo(ClassifiedSchema.REJECTED));
    return rejected
        .groupBy(col("error.code").as("code"))
        .count()
        .orderBy(desc("count"), col("code"))
        .limit(CODES)
        .collectAsList()
        .stream()
        .map(
            row ->
                new RejectFigures(
                    row.getString(0), row.getLong(1), examples(rejected, row.getString(0))))
        .toList();
  }

  private static List<RejectFigures.Example> examples(Dataset<Row> rejected, String code) {
    return rejected
        .where(col("error.code").equalTo(code))
        .select(
            substring(col("id"), 1, ID_CHARACTERS).as("id"),
            substring(coalesce(col("error.message"), lit("")), 1, MESSAGE_CHARACTERS).as("message"))
        .orderBy("id", "message")
        .limit(EXAMPLES)
        .collectAsList()
        .stream()
        .map(row -> new RejectFigures.Example(row.getString(0), row.getString(1)))
        .toList();
  }

  static Column isLabelled() {
    return col("status").equalTo(ClassifiedSchema.OK);
  }

  /** The interval of a value from 0 to 1, counted from 0; the last one includes its upper end. */
  static Column bin(Column value, int bins) {
    return least(floor(value.multiply(bins)), lit(bins - 1)).cast("int");
  }

  static Column total(Column column) {
    return coalesce(sum(column).cast("long"), lit(0L));
  }

  static Column real(Column column) {
    return coalesce(sum(column.cast("double")), lit(0.0));
  }

  private static Column percentile(Column column, double share) {
    return coalesce(
        org.apache.spark.sql.functions.percentile_approx(column, lit(share), lit(10_000)),
        lit(0.0));
  }

  private static double cost(double flops, double dense) {
    return dense == 0 ? 1 : flops / dense;
  }
}
