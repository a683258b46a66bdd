package io.github.ptcspark.job.corpus;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.github.ptcspark.job.JobException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/** Files that the Spark session itself reads: Parquet and whatever else it knows by files. */
final class SessionFiles {

  /** Before the names of what {@link ListedFiles} adds to the columns of a file. */
  private static final String ADDED = "\u0001";

  private static final String FILE = ADDED + "file";

  private final SparkSession session;
  private final FileFormat format;
  private final boolean parquet;
  private final Columns columns;
  private final DirectoryColumns directories;
  private final Map<String, FileShape> shapes = new HashMap<>();
  private final DocumentLimit limit;

  private SessionFiles(
      SparkSession session,
      FileFormat format,
      boolean parquet,
      Columns columns,
      DirectoryColumns directories) {
    this.session = session;
    this.format = format;
    this.parquet = parquet;
    this.columns = columns;
    this.directories = directories;
    this.limit = DocumentLimit.of(session.sparkContext().getConf());
  }

  /**
   * Looks into the files and makes the corpus.
   *
   * @throws JobException if they cannot be read, or columns are missing
   */
  static Corpus open(
      SparkSession spark,
      String name,
      FileFormat format,
      InputFiles inputs,
      CorpusOptions options) {
    SparkSession session = ReadingSession.of(spark);
    boolean parquet = name.equals(FormatNames.PARQUET);
    List<InputFile> files = inputs.files();
    List<FileShape> shapes =
        parquet
            ? ParquetFooters.shapes(session, files, options)
            : Collections.nCopies(files.size(), shape(session, name, format, files, options));
    DirectoryColumns directories = DirectoryColumns.of(inputs);
    Columns columns = SharedColumns.of(options, directories, files, shapes);
    SessionFiles reader = new SessionFiles(session, format, parquet, columns, directories);
    for (int i = 0; i < shapes.size(); i++) {
      reader.shapes.put(files.get(i).path(), shapes.get(i));
    }
    return new Corpus(
        spark,
        name,
        inputs,
        columns.kept(),
        Optional.of(file -> false),
        parts -> reader.documents(parts));
  }

  /** What Spark finds out of files of a format in which it looks for itself. */
  private static FileShape shape(
      SparkSession session,
      String name,
      FileFormat format,
      List<InputFile> files,
      CorpusOptions options) {
    Option<StructType> schema;
    try {
      schema =
          format.inferSchema(
              session,
              scala(Map.of("mergeSchema", "true")),
              ListedFiles.seq(files.stream().map(ListedFiles::status).toList()));
    } catch (Exception e) { // Spark throws checked exceptions that it does not declare.
      throw new JobException(
          "Cannot read %s as %s: %s".formatted(options.inputNames(), name, JobException.reason(e)),
          e);
    }
    return FileShape.of(schema.isEmpty() ? new StructType() : schema.get());
  }

  /** The documents of some files; the others stay closed. */
  private Dataset<Row> documents(List<SlicePart> parts) {
    Map<FileShape, List<InputFile>> groups = new LinkedHashMap<>();
    for (SlicePart part : parts) {
      FileShape shape = shapes.get(part.file().path());
      groups.computeIfAbsent(shape, none -> new ArrayList<>()).add(part.file());
    }
    return groups.entrySet().stream()
        .map(group -> documents(group.getKey(), group.getValue()))
        .reduce(Dataset::union)
        .orElseThrow();
  }

  private Dataset<Row> documents(FileShape shape, List<InputFile> files) {
    List<String> named =
        columns.kept().stream().map(StructField::name).filter(directories::has).toList();
    List<String> added = new ArrayList<>(List.of(FILE));
    named.forEach(name -> added.add(ADDED + name));
    List<String[]> values = new ArrayList<>();
    for (InputFile file : files) {
      Map<String, String> ofFile = named.isEmpty() ? Map.of() : directories.of(file.path());
      List<String> row = new ArrayList<>(List.of(file.name()));
      named.forEach(name -> row.add(ofFile.get(name)));
      values.add(row.toArray(new String[0]));
    }
    ListedFiles listed = new ListedFiles(files, added, values);
    StructType types = types(shape);
    Dataset<Row> rows =
        session.baseRelationToDataFrame(
            new HadoopFsRelation(
                listed,
                listed.partitionSchema(),
                types,
                Option.empty(),
                format,
                scala(shape.options()),
                session));
    Optional<SessionDocuments.Place> place =
        parquet
            ? Optional.of(
                new SessionDocuments.Place(
                    col(FILE), rows.metadataColumn("_metadata").getField("row_index")))
            : Optional.empty();
    List<Column> kept = columns.kept().stream().map(field -> kept(field, types)).toList();
    return new SessionDocuments(columns, limit).of(rows, types, place, kept);
  }

  /** The types to read a shape with; structs get the fields that they have in other files. */
  private StructType types(FileShape shape) {
    StructType types = new StructType();
    for (StructField field : shape.types().fields()) {
      DataType type =
          columns.kept().stream()
              .filter(kept -> kept.name().equals(field.name()))
              .map(StructField::dataType)
              .filter(CommonTypes::isNested)
              .findFirst()
              .orElse(field.dataType());
      types = types.add(field.name(), type, true);
    }
    return types;
  }

  private Column kept(StructField field, StructType types) {
    Column own = lit(null);
    DataType type = DataTypes.NullType;
    if (types.getFieldIndex(field.name()).isDefined()) {
      own = ColumnPath.literal(field.name()).column();
      type = types.apply(field.name()).dataType();
    }
    Column value = type.equals(field.dataType()) ? own : own.cast(field.dataType());
    return directories.has(field.name())
        ? coalesce(value, ColumnPath.literal(ADDED + field.name()).column())
        : value;
  }

  private static scala.collection.immutable.Map<String, String> scala(Map<String, String> map) {
    scala.collection.immutable.Map<String, String> copy =
        scala.collection.immutable.Map$.MODULE$.empty();
    for (Map.Entry<String, String> entry : map.entrySet()) {
      copy = copy.updated(entry.getKey(), entry.getValue());
    }
    return copy;
  }
}
