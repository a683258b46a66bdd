package io.github.ptcspark.job.run;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.github.ptcspark.job.output.RunCounts;
import io.github.ptcspark.spark.ClassifiedSchema;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What was written, counted from the Parquet: tasks that were tried again count once.
 *
 * @param counts of all rows
 * @param files rows of each file
 */
record WrittenRows(RunCounts counts, Map<Path, Long> files) {

  /** Counts rows of {@link ClassifiedSchema}. */
  static WrittenRows of(Dataset<Row> rows) {
    Column audited = col("audit_label").isNotNull();
    List<Row> groups =
        rows.groupBy(col("_metadata.file_path"), col("status"), col("label"), col("error.code"))
            .agg(
                count(lit(1)),
                total(when(col("truncated"), 1L).otherwise(0L)),
                total(when(col("escalated"), 1L).otherwise(0L)),
                total(when(audited, 1L).otherwise(0L)),
                total(
                    when(audited.and(not(col("label").eqNullSafe(col("audit_label")))), 1L)
                        .otherwise(0L)),
                total(col("stats.tokens_read")),
                total(col("tokens_kept")),
                real(col("stats.flops")),
                real(col("stats.flops_dense")),
                real(col("millis")))
            .collectAsList();
    RunCounts counts = RunCounts.NONE;
    Map<Path, Long> files = new TreeMap<>();
    for (Row group : groups) {
      files.merge(new Path(URI.create(group.getString(0))), group.getLong(4), Long::sum);
      counts = counts.plus(countsOf(group));
    }
    return new WrittenRows(counts, files);
  }

  /** The rows of a file; one without any is not among the counted. */
  long rowsOf(Path file) {
    return files.getOrDefault(file, 0L);
  }

  private static RunCounts countsOf(Row group) {
    boolean labelled = group.getString(1).equals(ClassifiedSchema.OK);
    Map<String, Long> documents = Map.of(group.getString(labelled ? 2 : 3), group.getLong(4));
    return new RunCounts(
        labelled ? documents : Map.of(),
        labelled ? Map.of() : documents,
        group.getLong(5),
        group.getLong(6),
        group.getLong(7),
        group.getLong(8),
        group.getLong(9),
        group.getLong(10),
        group.getDouble(11),
        group.getDouble(12),
        group.getDouble(13));
  }

  private static Column total(Column column) {
    return coalesce(sum(column).cast("long"), lit(0L));
  }

  private static Column real(Column column) {
    return coalesce(sum(column.cast("double")), lit(0.0));
  }
}
