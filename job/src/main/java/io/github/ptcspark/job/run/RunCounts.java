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
 * @param flops floating-point operations of the encoder
 * @param flopsDense those of the unpruned encoder
 * @param millis processing time of all documents
 */
public record RunCounts(
    Map<String, Long> labels,
    Map<String, Long> rejects,
    long truncated,
    long tokensRead,
    long tokensKept,
    long flops,
    long flopsDense,
    double millis) {

  /** Counts the rows of an output. */
  static RunCounts of(Dataset<Row> rows) {
    Map<String, Long> labels = new TreeMap<>();
    Map<String, Long> rejects = new TreeMap<>();
    long truncated = 0;
    long tokensRead = 0;
    long tokensKept = 0;
    long flops = 0;
    long flopsDense = 0;
    double millis = 0;
    List<Row> groups =
        rows.groupBy(col("status"), col("label"), col("error.code"))
            .agg(
                count(lit(1)),
                total(when(col("truncated"), 1L).otherwise(0L)),
                total(col("stats.tokens_read")),
                total(col("tokens_kept")),
                total(col("stats.flops")),
                total(col("stats.flops_dense")),
                coalesce(sum(col("millis")), lit(0.0)))
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
      flops += group.getLong(7);
      flopsDense += group.getLong(8);
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
    return flopsDense == 0 ? 1 : (double) flops / flopsDense;
  }

  private static Column total(Column column) {
    return coalesce(sum(column).cast("long"), lit(0L));
  }

  private static long sumOf(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
