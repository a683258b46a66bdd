package io.github.ptcspark.job.run;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.github.ptcspark.spark.ClassifiedSchema;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What an output holds, counted from its Parquet: tasks that were tried again count once.
 *
 * @param labels documents by label, every label that occurs
 * @param rejects rejected documents by code
 * @param truncated documents of which something was not read
 * @param tokensRead tokens that entered the model
 * @param tokensKept tokens alive after the last pruning
 * @param flops floating-point operations of the encoder, which may be too many for a long
 * @param flopsDense those of the unpruned encoder
 * @param millis processing time of all documents
 */
public record RunCounts(
    Map<String, Long> labels,
    Map<String, Long> rejects,
    long truncated,
    long tokensRead,
    long tokensKept,
    double flops,
    double flopsDense,
    double millis) {

  /** Nothing. */
  static final RunCounts NONE = new RunCounts(Map.of(), Map.of(), 0, 0, 0, 0, 0, 0);

  /** Copies the maps. */
  public RunCounts {
    labels = new TreeMap<>(labels);
    rejects = new TreeMap<>(rejects);
  }

  /** Counts rows. */
  static RunCounts of(Dataset<Row> rows) {
    Map<String, Long> labels = new TreeMap<>();
    Map<String, Long> rejects = new TreeMap<>();
    long truncated = 0;
    long tokensRead = 0;
    long tokensKept = 0;
    double flops = 0;
    double flopsDense = 0;
    double millis = 0;
    List<Row> groups =
        rows.groupBy(col("status"), col("label"), col("error.code"))
            .agg(
                count(lit(1)),
                total(when(col("truncated"), 1L).otherwise(0L)),
                total(col("stats.tokens_read")),
                total(col("tokens_kept")),
                real(col("stats.flops")),
                real(col("stats.flops_dense")),
                real(col("millis")))
            .collectAsList();
    for (Row group : groups) {
      long documents = group.getLong(3);
      if (group.getString(0).equals(ClassifiedSchema.OK)) {
        labels.put(group.getString(1), documents);
      } else {
        rejects.put(group.getString(2), documents);
      }
      truncated += group.getLong(4);
      tokensRead += group.getLong(5);
      tokensKept += group.getLong(6);
      flops += group.getDouble(7);
      flopsDense += group.getDouble(8);
      millis += group.getDouble(9);
    }
    return new RunCounts(
        labels, rejects, truncated, tokensRead, tokensKept, flops, flopsDense, millis);
  }

  /** All documents. */
  public long documents() {
    return labelled() + rejected();
  }

  /** Documents with a label. */
  public long labelled() {
    return sumOf(labels);
  }

  /** Documents without a label. */
  public long rejected() {
    return sumOf(rejects);
  }

  /** FLOPs as a share of the unpruned model's; 1 if there are none. */
  public double cost() {
    return flopsDense == 0 ? 1 : flops / flopsDense;
  }

  /** These and others together. */
  RunCounts plus(RunCounts others) {
    return new RunCounts(
        together(labels, others.labels),
        together(rejects, others.rejects),
        truncated + others.truncated,
        tokensRead + others.tokensRead,
        tokensKept + others.tokensKept,
        flops + others.flops,
        flopsDense + others.flopsDense,
        millis + others.millis);
  }

  private static Map<String, Long> together(Map<String, Long> some, Map<String, Long> others) {
    Map<String, Long> sum = new TreeMap<>(some);
    others.forEach((name, count) -> sum.merge(name, count, Long::sum));
    return sum;
  }

  private static Column total(Column column) {
    return coalesce(sum(column).cast("long"), lit(0L));
  }

  private static Column real(Column column) {
    return coalesce(sum(column.cast("double")), lit(0.0));
  }

  private static long sumOf(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
