package io.github.ptcspark.job.run;

import static org.apache.spark.sql.functions.col;

import io.github.ptcspark.job.output.RowReader;
import io.github.ptcspark.job.output.RunCounts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Writes and reads the Parquet files of an output. */
final class RowFiles {

  private final SparkSession session;
  private final List<String> partitionColumns;
  private final Map<String, String> metadata;

  /**
   * Files of an output.
   *
   * @param session see {@link RunSession}
   * @param partitionColumns columns whose values become directories
   * @param metadata entries for the key-value metadata of every file
   */
  RowFiles(SparkSession session, List<String> partitionColumns, Map<String, String> metadata) {
    this.session = session;
    this.partitionColumns = partitionColumns;
    this.metadata = metadata;
  }

  /**
   * What was written.
   *
   * @param counts of all rows
   * @param files rows of each file, by name relative to the output
   */
  record Written(RunCounts counts, Map<String, Long> files) {

    /** Where the files are in the directory in which they were written. */
    List<Path> paths(Path directory) {
      return files.keySet().stream().map(name -> new Path(directory, name)).toList();
    }
  }

  /**
   * Writes rows with a single task: one file, or one for each value of the partition columns, in
   * the order of ids. So there are few files, and the same whatever task ended first.
   *
   * @param directory see {@link io.github.ptcspark.job.output.Output#staging}
   */
  Written write(Dataset<Row> rows, Path directory) throws IOException {
    List<Column> order = new ArrayList<>();
    partitionColumns.forEach(name -> order.add(col(quoted(name))));
    order.add(col("id"));
    rows.repartition(1)
        .sortWithinPartitions(order.toArray(new Column[0]))
        .write()
        .format(AnnotatedParquetFormat.class.getName())
        .options(metadata)
        .partitionBy(partitionColumns.toArray(new String[0]))
        .save(directory.toString());
    Map<String, Long> files = new TreeMap<>();
    StagingCommitProtocol.files(directory, configuration()).forEach(name -> files.put(name, 0L));
    if (files.isEmpty()) {
      return new Written(RunCounts.NONE, files);
    }
    WrittenRows written =
        WrittenRows.of(
            read(rows.schema(), directory, new Written(RunCounts.NONE, files).paths(directory)));
    files.replaceAll((name, none) -> written.rowsOf(new Path(directory, name)));
    return new Written(written.counts(), files);
  }

  /**
   * Reads files.
   *
   * @param root the directory below which partition columns begin
   */
  Dataset<Row> read(StructType schema, Path root, List<Path> files) {
    return RowReader.read(session, schema, root, files);
  }

  private Configuration configuration() {
    return session.sessionState().newHadoopConf();
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
