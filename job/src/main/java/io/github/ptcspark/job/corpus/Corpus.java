package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.spark.DocumentSchema;
import io.github.ptcspark.spark.JavaTimeRows;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * Documents to classify, in whatever format they come.
 *
 * <p>Formats, and the ids of documents that bring none of their own:
 *
 * <ul>
 *   <li>{@code text} ({@code .txt}): a file is a document; id: {@code path}
 *   <li>{@code lines}: a line is a document, also an empty one; id: {@code path:offset}, the byte
 *       at which the line begins in the decompressed file
 *   <li>{@code jsonl} ({@code .jsonl}, {@code .ndjson}, {@code .json}): a line is a record, a blank
 *       line is none; kept columns have the types that they have in the first records; id: {@code
 *       path:offset}
 *   <li>{@code csv} ({@code .csv}, {@code .tsv}): RFC 4180 with a header; all columns are strings;
 *       id: {@code path:row}, counted from 0
 *   <li>{@code parquet}; id: {@code path:row}, counted from 0
 *   <li>any other format that the Spark session knows, which needs an id column
 * </ul>
 *
 * <p>Kept columns may also be those of {@link DirectoryColumns}.
 *
 * <p>All but the last two may be compressed (a further {@code .gz}, {@code .bz2} and so on). Ids
 * and texts depend on the files alone, not on how they are divided into partitions. A record that
 * cannot be read becomes a row with an {@code error} that holds its raw text.
 */
public final class Corpus {

  private static final int PARTITIONS_PER_SLOT = 2;

  private final SparkSession spark;
  private final String format;
  private final InputFiles inputs;
  private final List<StructField> kept;
  private final Optional<Predicate<InputFile>> splittable;
  private final Reading rows;

  /** Reads parts of a corpus, in any order, and counts what is in each range that it reads. */
  interface Reading {

    Dataset<Row> of(List<SlicePart> parts, LatestCounts<FileRange> counts);
  }

  /**
   * A corpus whose files and columns have been checked.
   *
   * @param splittable whether a file may be read from its middle; absent if files cannot be read
   *     one by one
   * @param rows reads parts of the corpus, in any order
   */
  Corpus(
      SparkSession spark,
      String format,
      InputFiles inputs,
      List<StructField> kept,
      Optional<Predicate<InputFile>> splittable,
      Function<List<SlicePart>, Dataset<Row>> rows) {
    this(spark, format, inputs, kept, splittable, (parts, counts) -> rows.apply(parts));
  }

  /** The same for files that are read by ranges. */
  Corpus(
      SparkSession spark,
      String format,
      InputFiles inputs,
      List<StructField> kept,
      Optional<Predicate<InputFile>> splittable,
      Reading rows) {
    this.spark = spark;
    this.format = format;
    this.inputs = inputs;
    this.kept = kept;
    this.splittable = splittable;
    this.rows = rows;
  }

  /**
   * Finds the files and checks format and columns; reads no more than a sample of the records.
   *
   * @throws JobException if a path, the format or a column is not there, or cannot be read
   */
  public static Corpus open(SparkSession spark, CorpusOptions options) {
    return open(spark, options, List.of());
  }

  /**
   * The same for a corpus of which earlier parts have been read.
   *
   * @param known kept columns as they were then; records whose values do not have these types are
   *     malformed, where files do not say themselves what type their columns have
   * @throws JobException if a path, the format or a column is not there, or cannot be read
   */
  public static Corpus open(SparkSession spark, CorpusOptions options, List<StructField> known) {
    return open(spark, options, known, Ids.REQUIRED);
  }

  /**
   * The same for labelled documents, whose ids nobody needs: in formats without positions they are
   * made of the texts.
   *
   * @param options their one kept column is the label, which becomes a string
   * @throws JobException if a path, the format or a column is not there, or cannot be read
   */
  public static Corpus openLabelled(SparkSession spark, CorpusOptions options) {
    Corpus corpus = open(spark, options, List.of(), Ids.MADE_OF_TEXTS);
    StructField label = corpus.kept.get(0);
    if (label.dataType().equals(DataTypes.StringType)) {
      return corpus;
    }
    if (!ValueText.suits(label.dataType())) {
      throw new JobException(
          "Cannot read %s: the label column \"%s\" is of type %s, which is no label"
              .formatted(options.inputNames(), label.name(), label.dataType().simpleString()));
    }
    List<StructField> kept =
        List.of(DataTypes.createStructField(label.name(), DataTypes.StringType, true));
    return new Corpus(
        spark,
        corpus.format,
        corpus.inputs,
        kept,
        corpus.splittable,
        (parts, counts) ->
            corpus
                .rows
                .of(parts, counts)
                .map(labelAsText(), JavaTimeRows.encoder(DocumentSchema.of(kept))));
  }

  private static MapFunction<Row, Row> labelAsText() {
    return row ->
        RowFactory.create(
            row.get(DocumentSchema.ID),
            row.get(DocumentSchema.TEXT),
            row.get(DocumentSchema.ERROR),
            ValueText.of(row.get(DocumentSchema.FIRST_KEPT)));
  }

  /** What becomes of records without an id in formats whose records have no position. */
  private enum Ids {
    REQUIRED,
    MADE_OF_TEXTS
  }

  private static Corpus open(
      SparkSession spark, CorpusOptions options, List<StructField> known, Ids ids) {
    options.check();
    InputFiles inputs = InputFiles.find(options.inputs(), spark.sessionState().newHadoopConf());
    if (options.format().isEmpty()) {
      refuseTables(inputs);
    }
    String format = FormatNames.of(options, inputs.files());
    options.textOptions().check(format);
    if (FormatNames.isRanged(format)) {
      refuseTables(inputs);
      return RangedFiles.open(spark, format, inputs, options, known);
    }
    Optional<FileFormat> files = SessionFormats.files(spark, format, options);
    if (files.isPresent()) {
      refuseTables(inputs);
    }
    if (ids == Ids.REQUIRED
        && !format.equals(FormatNames.PARQUET)
        && options.idColumn().isEmpty()) {
      throw new JobException(
          "Cannot make ids for "
              + options.inputNames()
              + ": records of the format \""
              + format
              + "\" have no position; name a column with --id-column");
    }
    if (files.isEmpty()) {
      return SessionTables.open(spark, format, inputs, options);
    }
    return SessionFiles.open(spark, format, files.get(), inputs, options);
  }

  private static void refuseTables(InputFiles inputs) {
    inputs
        .table()
        .ifPresent(
            table -> {
              throw new JobException(table.refusal());
            });
  }

  /**
   * The documents of a slice, as {@link DocumentSchema} has them; nothing is read before an action.
   * Documents that come in fewer partitions than twice the default parallelism (a few Parquet or
   * compressed files, say) are dealt out to so many by a shuffle. The order of the rows is not
   * defined.
   */
  public Dataset<Row> documents(Slice slice) {
    return spread(rows.of(slice.parts(), registered()));
  }

  /** The documents of a slice, in the same way, counted as they are read. */
  public CountedDocuments counted(Slice slice) {
    LatestCounts<FileRange> ranges = registered();
    LatestCounts<Integer> partitions = registered();
    Dataset<Row> read = rows.of(slice.parts(), ranges);
    boolean ranged = FormatNames.isRanged(format);
    return new CountedDocuments(
        spark,
        slice,
        spread(ranged ? read : read.mapPartitions(new CountRows(partitions), read.encoder())),
        partitions,
        ranged ? Optional.of(ranges) : Optional.empty(),
        format.equals(FormatNames.PARQUET));
  }

  /** Without a name, so that the monitoring does not show each key. */
  private <K> LatestCounts<K> registered() {
    LatestCounts<K> counts = new LatestCounts<>();
    spark.sparkContext().register(counts);
    return counts;
  }

  private Dataset<Row> spread(Dataset<Row> documents) {
    int wanted = wantedPartitions(spark);
    return documents.javaRDD().getNumPartitions() < wanted
        ? documents.repartition(wanted)
        : documents;
  }

  /**
   * What is left to do. Files that have changed since some of them was read are left out: {@link
   * CorpusChanges#changed} names them.
   *
   * @param read what need not be read again, of files here or elsewhere
   * @throws JobException if that cannot be found out
   */
  public WorkLeft left(PartsRead read) {
    try {
      return WorkLeft.of(inputs.files(), inputs.reach(), read);
    } catch (IOException e) {
      throw new JobException("Cannot tell what is new: " + JobException.reason(e), e);
    }
  }

  /**
   * Cuts what is left to do into slices.
   *
   * @param target bytes a slice, as stored; a file that cannot be divided may have more
   * @throws JobException if some files are done and the format is not read file by file, or a file
   *     that is left cannot be opened or decompressed
   */
  public List<Slice> slices(WorkLeft left, long target) {
    if (FormatNames.isRanged(format)) {
      FirstBytes.check(spark, left.parts());
    }
    if (splittable.isPresent() || left.parts().isEmpty()) {
      return SlicePlan.of(left.parts(), splittable.orElse(file -> false), target);
    }
    if (!left.parts().equals(whole().parts())) {
      throw new JobException(
          "Cannot classify the new files alone: the format \"%s\" is not read file by file;"
                  .formatted(format)
              + " --overwrite classifies everything anew");
    }
    return List.of(whole());
  }

  /**
   * How many documents some slices have, if that is known without reading them: counted for text
   * files and Parquet, estimated from the first lines of some files for formats of lines.
   */
  public Optional<DocumentCount> count(List<Slice> slices) {
    Slice all = Slice.of(slices);
    if (all.parts().isEmpty()) {
      return Optional.of(new DocumentCount(0, true));
    }
    return switch (format) {
      case FormatNames.TEXT -> Optional.of(new DocumentCount(all.parts().size(), true));
      case FormatNames.PARQUET ->
          Optional.of(new DocumentCount(ParquetRows.sum(ParquetRows.of(spark, all)), true));
      case FormatNames.LINES, FormatNames.JSON_LINES, FormatNames.CSV ->
          Sample.records(
              inputs.files(),
              RangedFiles.source(format),
              spark.sessionState().newHadoopConf(),
              all.bytes());
      default -> Optional.empty();
    };
  }

  /**
   * The first texts of a slice that have any, for measurements.
   *
   * @param most how many at most
   */
  public List<String> texts(Slice slice, int most) {
    FilterFunction<Row> hasText =
        row ->
            row.isNullAt(DocumentSchema.ERROR)
                && !row.isNullAt(DocumentSchema.TEXT)
                && !row.getString(DocumentSchema.TEXT).isBlank();
    return documents(slice).filter(hasText).limit(most).collectAsList().stream()
        .map(row -> row.getString(DocumentSchema.TEXT))
        .toList();
  }

  /** All of the corpus as one slice. */
  public Slice whole() {
    return new Slice(inputs.files().stream().map(SlicePart::whole).toList());
  }

  /** The kept columns, in the order in which they were named, with their types. */
  public List<StructField> kept() {
    return kept;
  }

  /** The format: {@code text}, {@code lines}, {@code jsonl}, {@code csv}, {@code parquet}, ... */
  public String format() {
    return format;
  }

  /** Paths of all files that are read, local ones without scheme, in order. */
  public List<String> files() {
    return inputs.files().stream().map(InputFile::name).toList();
  }

  /** Size of all files together as they are stored, in bytes. */
  public long bytes() {
    return inputs.files().stream().mapToLong(InputFile::length).sum();
  }

  static int wantedPartitions(SparkSession spark) {
    return PARTITIONS_PER_SLOT * spark.sparkContext().defaultParallelism();
  }
}
