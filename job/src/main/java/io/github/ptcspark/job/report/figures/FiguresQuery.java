package io.github.ptcspark.job.report.figures;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.sum;

import io.github.ptcspark.spark.ClassifiedSchema;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Has Spark add up the figures of an output in one pass over its rows; only sums come to the
 * driver. One pass and not a query for each figure: planning and compiling a query takes longer
 * than reading the rows of a short run.
 */
public final class FiguresQuery {

  static final int ID_CHARACTERS = 200;
  private static final int MESSAGE_CHARACTERS = 300;

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
    OutputFigures figures = sums().figures();
    return labelColumn
        .map(column -> new ReliabilityQuery(rows, column).run(figures.totals().documents()))
        .map(figures::with)
        .orElse(figures);
  }

  /** In bytes, which every serializer of Spark takes without having been told of a class. */
  private FigureSums sums() {
    JavaRDD<byte[]> parts = columns().toJavaRDD().mapPartitions(FiguresQuery::sumsOf);
    return parts.getNumPartitions() == 0
        ? new FigureSums()
        : FigureSums.of(parts.treeReduce(FiguresQuery::added));
  }

  private static Iterator<byte[]> sumsOf(Iterator<Row> part) {
    FigureSums sums = new FigureSums();
    part.forEachRemaining(row -> sums.add(figures(row)));
    return List.of(sums.bytes()).iterator();
  }

  private static byte[] added(byte[] sums, byte[] others) {
    FigureSums all = FigureSums.of(sums);
    all.add(FigureSums.of(others));
    return all.bytes();
  }

  private Dataset<Row> columns() {
    return rows.select(
        substring(col("id"), 1, ID_CHARACTERS),
        col("millis"),
        col("status").equalTo(ClassifiedSchema.OK),
        coalesce(col("label"), col("error.code"), lit("")),
        substring(coalesce(col("error.message"), lit("")), 1, MESSAGE_CHARACTERS),
        coalesce(col("score"), lit(0f)),
        coalesce(col("truncated"), lit(false)),
        coalesce(col("escalated"), lit(false)),
        coalesce(col("tokens_kept"), lit(0)),
        coalesce(col("stats.tokens_read"), lit(0)),
        col("stats.kept_per_layer"),
        coalesce(col("stats.flops"), lit(0L)),
        coalesce(col("stats.flops_dense"), lit(0L)));
  }

  private static DocumentFigures figures(Row row) {
    return new DocumentFigures(
        row.getString(0),
        row.getDouble(1),
        row.getBoolean(2),
        row.getString(3),
        row.getString(4),
        row.getFloat(5),
        row.getBoolean(6),
        row.getBoolean(7),
        row.getInt(8),
        row.getInt(9),
        row.isNullAt(10) ? List.of() : row.getList(10),
        row.getLong(11),
        row.getLong(12));
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
}
