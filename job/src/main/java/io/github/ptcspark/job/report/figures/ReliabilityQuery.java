package io.github.ptcspark.job.report.figures;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.desc;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Compares labels with true ones. */
final class ReliabilityQuery {

  /** As {@link String#isBlank} has it. */
  private static final String NOT_BLANK = "[^\\p{javaWhitespace}]";

  private static final int BINS = 10;
  private static final int PAIRS = 400;
  private static final int LABEL_CHARACTERS = 200;

  private final Dataset<Row> compared;
  private final String column;

  /**
   * A query.
   *
   * @param column with true labels; null, empty and blank ones are none
   */
  ReliabilityQuery(Dataset<Row> rows, String column) {
    this.column = column;
    this.compared =
        rows.where(FiguresQuery.isLabelled())
            .select(
                col("`" + column.replace("`", "``") + "`").cast("string").as("truth"),
                col("label"),
                col("score").cast("double").as("score"))
            .where(col("truth").rlike(NOT_BLANK));
  }

  Reliability run(long documents) {
    List<Reliability.Bin> bins =
        compared
            .groupBy(FiguresQuery.bin(col("score"), BINS).as("bin"))
            .agg(
                count(lit(1)),
                avg("score"),
                avg(when(col("truth").equalTo(col("label")), 1.0).otherwise(0.0)))
            .orderBy("bin")
            .collectAsList()
            .stream()
            .map(
                row ->
                    new Reliability.Bin(
                        (double) row.getInt(0) / BINS,
                        (row.getInt(0) + 1.0) / BINS,
                        row.getLong(1),
                        row.getDouble(2),
                        row.getDouble(3)))
            .toList();
    List<Reliability.Confusion> pairs =
        compared
            .groupBy(substring(col("truth"), 1, LABEL_CHARACTERS).as("truth"), col("label"))
            .count()
            .orderBy(desc("count"), col("truth"), col("label"))
            .limit(PAIRS + 1)
            .collectAsList()
            .stream()
            .map(
                row ->
                    new Reliability.Confusion(row.getString(0), row.getString(1), row.getLong(2)))
            .toList();
    long known = bins.stream().mapToLong(Reliability.Bin::documents).sum();
    return new Reliability(
        column,
        bins,
        documents - known,
        pairs.subList(0, Math.min(PAIRS, pairs.size())),
        pairs.size() > PAIRS);
  }
}
