package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Tables that the Spark session reads by a connector, such as Delta's: which rows of which files
 * count is the connector's affair, so they are read as a whole.
 */
final class SessionTables {

  private SessionTables() {}

  /**
   * Has the connector look at the tables and makes the corpus.
   *
   * @throws JobException if they cannot be read, or columns are missing
   */
  static Corpus open(SparkSession spark, String format, InputFiles inputs, CorpusOptions options) {
    SparkSession session = ReadingSession.of(spark);
    Dataset<Row> rows = load(session, format, inputs, options);
    StructType schema = rows.schema();
    Columns columns =
        SharedColumns.of(
            options,
            DirectoryColumns.NONE,
            inputs.files().subList(0, 1),
            List.of(FileShape.of(schema)));
    SessionDocuments documents =
        new SessionDocuments(columns, DocumentLimit.of(spark.sparkContext().getConf()));
    List<Column> kept =
        columns.kept().stream().map(field -> ColumnPath.literal(field.name()).column()).toList();
    return new Corpus(
        spark,
        format,
        inputs,
        columns.kept(),
        Optional.empty(),
        parts -> documents.of(rows, schema, Optional.empty(), kept));
  }

  private static Dataset<Row> load(
      SparkSession session, String format, InputFiles inputs, CorpusOptions options) {
    try {
      return session
          .read()
          .format(format)
          .load(inputs.roots().stream().map(Object::toString).toArray(String[]::new));
    } catch (Exception e) { // Spark throws checked exceptions that it does not declare.
      throw new JobException(
          "Cannot read " + options.inputNames() + " as " + format + ": " + JobException.reason(e),
          e);
    }
  }
}
