package io.github.ptcspark.job.corpus;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.when;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.spark.DocumentSchema;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Files that the Spark session itself reads: Parquet and whatever else it knows. */
final class SessionFiles {

  private static final Pattern GLOB = Pattern.compile("[\\[\\]{}*?\\\\]");

  private static final String FILE_PATH = "_metadata.file_path";

  private static final int SELECTED = 5;

  private SessionFiles() {}

  /**
   * Has the session look at the files and makes the corpus.
   *
   * @throws JobException if it does not know the format, cannot read the files, or columns are
   *     missing
   */
  static Corpus open(SparkSession spark, String format, InputFiles inputs, CorpusOptions options) {
    boolean parquet = format.equals(FormatNames.PARQUET);
    if (parquet) {
      ParquetFooters.check(spark, inputs.files());
    }
    Dataset<Row> rows = load(spark, format, inputs, options);
    Columns columns = Columns.of(options, rows.schema(), options.inputNames());
    if (!parquet && columns.id().isEmpty()) {
      throw new JobException(
          "Cannot make ids for "
              + options.inputNames()
              + ": records of the format \""
              + format
              + "\" have no position; name a column with --id-column");
    }
    DocumentLimit limit = DocumentLimit.of(spark.sparkContext().getConf());
    boolean fromFiles = hasFilePaths(rows);
    Optional<Predicate<InputFile>> splittable =
        fromFiles ? Optional.of(file -> false) : Optional.empty();
    return new Corpus(
        spark,
        format,
        inputs,
        columns.kept(),
        splittable,
        parts -> documents(fromFiles ? ofFiles(rows, parts) : rows, columns, parquet, limit));
  }

  /** Whether the rows know the file that they come from. */
  private static boolean hasFilePaths(Dataset<Row> rows) {
    try {
      return rows.select(FILE_PATH).columns().length == 1;
    } catch (Exception e) { // An AnalysisException, which Spark does not declare.
      return false;
    }
  }

  /**
   * The rows of some files; Spark leaves the others closed, those too that came in the meantime.
   */
  private static Dataset<Row> ofFiles(Dataset<Row> rows, List<SlicePart> parts) {
    Object[] paths =
        parts.stream().map(part -> part.file().hadoopPath().toUri().toString()).toArray();
    return rows.where(col(FILE_PATH).isin(paths));
  }

  private static Dataset<Row> documents(
      Dataset<Row> rows, Columns columns, boolean parquet, DocumentLimit limit) {
    Column text = columns.textPath().column();
    Column tooLong = octet_length(text).gt(limit.bytes());
    List<Column> selected = new ArrayList<>();
    selected.add(
        columns.idPath().map(path -> path.column().cast("string")).orElse(lit(null)).as("id"));
    selected.add(when(tooLong, DocumentLimit.beginning(text)).otherwise(text).as("text"));
    if (parquet) {
      selected.add(col(FILE_PATH).as("file"));
      selected.add(col("_metadata.row_index").as("position"));
    } else {
      selected.add(lit("sha256").as("file"));
      selected.add(sha2(coalesce(text, lit("")), 256).as("position"));
    }
    selected.add(when(tooLong, octet_length(text)).as("bytes"));
    columns.kept().forEach(field -> selected.add(quoted(field.name())));
    return rows.select(selected.toArray(new Column[0]))
        .map(
            document(columns.kept().size(), limit),
            Encoders.row(DocumentSchema.of(columns.kept())));
  }

  private static MapFunction<Row, Row> document(int kept, DocumentLimit limit) {
    DocumentRows documents = new DocumentRows(kept);
    return row -> {
      String id =
          row.getString(0) != null ? row.getString(0) : path(row.getString(2)) + ":" + row.get(3);
      Object[] values = new Object[kept];
      for (int i = 0; i < kept; i++) {
        values[i] = row.get(SELECTED + i);
      }
      return row.isNullAt(4)
          ? documents.document(id, row.getString(1), values)
          : documents.tooLong(id, limit, "the text", row.getInt(4), row.getString(1), values);
    };
  }

  /** The path behind the encoded one that Spark gives. */
  private static String path(String encoded) {
    return FileRange.localName(new Path(URI.create(encoded)).toString());
  }

  private static Column quoted(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }

  private static Dataset<Row> load(
      SparkSession spark, String format, InputFiles inputs, CorpusOptions options) {
    String[] roots =
        inputs.roots().stream()
            .map(root -> GLOB.matcher(root.toString()).replaceAll("\\\\$0"))
            .toArray(String[]::new);
    try {
      return spark
          .read()
          .format(format)
          .option("recursiveFileLookup", !hasPartitionDirectories(inputs))
          .option("mergeSchema", true)
          .load(roots);
    } catch (Exception e) { // Spark throws checked exceptions that it does not declare.
      if (e instanceof ClassNotFoundException) {
        throw new JobException(
            "Cannot read the format \""
                + format
                + "\": it is none of "
                + String.join(", ", FormatNames.known())
                + ", and the Spark session does not know it",
            e);
      }
      throw new JobException(
          "Cannot read " + options.inputNames() + " as " + format + ": " + JobException.reason(e),
          e);
    }
  }

  /**
   * Whether directories below the inputs say {@code column=value}, as Spark and Hive write them.
   */
  private static boolean hasPartitionDirectories(InputFiles inputs) {
    for (InputFile file : inputs.files()) {
      for (Path at = file.hadoopPath().getParent();
          at != null && !inputs.roots().contains(at);
          at = at.getParent()) {
        if (at.getName().contains("=")) {
          return true;
        }
      }
    }
    return false;
  }
}
