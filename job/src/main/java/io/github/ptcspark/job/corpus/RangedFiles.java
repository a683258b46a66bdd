package io.github.ptcspark.job.corpus;

import io.github.ptcspark.spark.DocumentSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Files that are read here and not by Spark, so that every record keeps its position. */
final class RangedFiles {

  /** What the one column of files without columns is called. */
  private static final String TEXT = "text";

  private RangedFiles() {}

  /** Looks into the files and makes the corpus. */
  static Corpus open(
      SparkSession spark,
      String format,
      InputFiles inputs,
      CorpusOptions options,
      List<StructField> known) {
    List<InputFile> files = inputs.files();
    Configuration configuration = spark.sessionState().newHadoopConf();
    DocumentLimit limit = DocumentLimit.of(spark.sparkContext().getConf());
    TextEncoding encoding = TextEncoding.of(options.textOptions().encoding());
    LineSource.Opener lines = LineReader.of(encoding);
    DirectoryColumns directories = DirectoryColumns.of(inputs);
    return switch (format) {
      case FormatNames.TEXT -> {
        Columns columns = textOnly(options, directories);
        Sample.lines(files, lines, configuration, limit.inThisHeap());
        yield corpus(
            spark,
            format,
            inputs,
            columns,
            new TextFiles(textRows(columns), encoding, limit),
            directories,
            false);
      }
      case FormatNames.LINES -> {
        Columns columns = textOnly(options, directories);
        Sample.lines(files, lines, configuration, limit.inThisHeap());
        yield corpus(
            spark,
            format,
            inputs,
            columns,
            LineFiles.ofTexts(lines, textRows(columns), limit),
            directories,
            true);
      }
      case FormatNames.JSON_LINES -> {
        LineSource.Opener records = new JsonFiles(encoding);
        Columns columns =
            JsonLines.columns(
                    options,
                    Sample.lines(files, records, configuration, limit.inThisHeap()),
                    directories)
                .typedAs(known);
        DocumentRows rows = new DocumentRows(columns.kept().size());
        LineFiles reader = new LineFiles(records, new JsonLines(columns, rows), rows, limit);
        yield corpus(spark, format, inputs, columns, reader, directories, true);
      }
      case FormatNames.CSV -> {
        CsvSource rows = new CsvSource(options.textOptions(), encoding);
        Columns columns =
            CsvFiles.columns(options, files, rows, directories, configuration, limit.inThisHeap());
        yield corpus(
            spark, format, inputs, columns, new CsvFiles(columns, rows, limit), directories, false);
      }
      default -> throw new IllegalArgumentException(format);
    };
  }

  /** How the records of a format are found where no more is known of the files, to count them. */
  static LineSource.Opener source(String format) {
    TextEncoding encoding = TextEncoding.of(Optional.empty());
    return format.equals(FormatNames.JSON_LINES)
        ? new JsonFiles(encoding)
        : LineReader.of(encoding);
  }

  private static DocumentRows textRows(Columns columns) {
    return DocumentRows.ofTexts(columns.kept(), TEXT);
  }

  private static Columns textOnly(CorpusOptions options, DirectoryColumns directories) {
    return Columns.of(
        options,
        new StructType().add(TEXT, DataTypes.StringType, true),
        directories,
        options.inputNames());
  }

  private static Corpus corpus(
      SparkSession spark,
      String format,
      InputFiles inputs,
      Columns columns,
      RangeReader reader,
      DirectoryColumns directories,
      boolean lines) {
    RangeReader all = InDirectories.of(reader, directories, columns.kept());
    Predicate<InputFile> plain = plain(spark.sessionState().newHadoopConf());
    Predicate<InputFile> splittable = file -> lines && plain.test(file);
    return new Corpus(
        spark,
        format,
        inputs,
        columns.kept(),
        Optional.of(splittable),
        (parts, counts) -> read(spark, parts, splittable, columns, all, counts));
  }

  /** Whether a file is read as it is stored. */
  static Predicate<InputFile> plain(Configuration configuration) {
    CompressionCodecFactory codecs = new CompressionCodecFactory(configuration);
    return file ->
        !Compression.isNamed(file.hadoopPath().getName())
            && codecs.getCodec(file.hadoopPath()) == null;
  }

  private static Dataset<Row> read(
      SparkSession spark,
      List<SlicePart> parts,
      Predicate<InputFile> splittable,
      Columns columns,
      RangeReader reader,
      LatestCounts<FileRange> counts) {
    List<List<FileRange>> partitions =
        PartitionPlan.of(
            parts,
            splittable,
            spark.sessionState().conf().filesMaxPartitionBytes(),
            Corpus.wantedPartitions(spark));
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<byte[]> travelling =
        partitions.stream().map(ranges -> JavaBytes.of(new ArrayList<>(ranges))).toList();
    JavaRDD<Row> rows =
        context
            .parallelize(travelling, Math.max(1, travelling.size()))
            .flatMap(new ReadRanges(reader, SharedConfiguration.broadcast(spark), counts));
    return spark.createDataFrame(rows, DocumentSchema.of(columns.kept()));
  }
}
