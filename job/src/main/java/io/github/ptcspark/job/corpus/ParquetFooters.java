package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.spark.FileSystems;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.Type;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.SparkSession;

/**
 * Reads the footers of Parquet files before any work: one that breaks off would otherwise fail the
 * run when it is reached, and the types of columns are there.
 */
final class ParquetFooters implements FlatMapFunction<Iterator<String>, byte[]> {

  private static final long serialVersionUID = 1L;

  private static final int MAGIC = 4;
  private static final Set<String> MAGICS = Set.of("PAR1", "PARE");
  private static final int FILES_IN_A_TASK = 100;
  private static final String CALENDAR = "spark.sql.parquet.datetimeRebaseModeInRead";

  private final ArrayList<String> whole;
  private final ArrayList<String> paths;
  private final boolean calendarGiven;
  private final SharedConfiguration configuration;

  /** What is in a footer, or why it cannot be read. */
  private record Footer(FileShape shape, String damage) implements Serializable {}

  private ParquetFooters(SparkSession spark, CorpusOptions options) {
    this.whole = new ArrayList<>(options.keepColumns());
    this.paths = new ArrayList<>(List.of(options.textColumnOrDefault()));
    options.idColumn().ifPresent(paths::add);
    this.calendarGiven = !spark.conf().get(CALENDAR).equals("EXCEPTION");
    this.configuration = SharedConfiguration.broadcast(spark);
  }

  /**
   * Reads the footers of all files, many at a time.
   *
   * @return what each file says of the columns that the options name
   * @throws JobException if a file is not Parquet, breaks off or is damaged
   */
  static List<FileShape> shapes(SparkSession spark, List<InputFile> files, CorpusOptions options) {
    List<String> paths = files.stream().map(InputFile::path).toList();
    int tasks = (paths.size() + FILES_IN_A_TASK - 1) / FILES_IN_A_TASK;
    List<byte[]> read =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(paths, tasks)
            .mapPartitions(new ParquetFooters(spark, options))
            .collect();
    Map<FileShape, FileShape> distinct = new HashMap<>();
    List<FileShape> shapes = new ArrayList<>(files.size());
    for (byte[] travelling : read) {
      for (Footer footer : JavaBytes.<List<Footer>>read(travelling)) {
        if (footer.damage() != null) {
          String name = files.get(shapes.size()).name();
          throw new JobException("Cannot read " + name + ": " + footer.damage());
        }
        shapes.add(distinct.computeIfAbsent(footer.shape(), shape -> shape));
      }
    }
    return shapes;
  }

  @Override
  public Iterator<byte[]> call(Iterator<String> files) throws IOException {
    Map<FileShape, FileShape> distinct = new HashMap<>();
    ArrayList<Footer> footers = new ArrayList<>();
    while (files.hasNext()) {
      Footer footer = read(new Path(files.next()));
      footers.add(
          footer.shape() == null
              ? footer
              : new Footer(distinct.computeIfAbsent(footer.shape(), shape -> shape), null));
    }
    return List.of(JavaBytes.of(footers)).iterator();
  }

  private Footer read(Path path) throws IOException {
    FileSystem fileSystem = FileSystems.forReading(path, configuration.value());
    FileStatus status = fileSystem.getFileStatus(path);
    if (!isWhole(fileSystem, status)) {
      return new Footer(null, "it is not a Parquet file, or it breaks off");
    }
    Configuration hadoop = configuration.value();
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            HadoopInputFile.fromStatus(status, hadoop),
            HadoopReadOptions.builder(hadoop, path).build())) {
      return new Footer(shape(reader.getFooter()), null);
    } catch (IOException | RuntimeException e) { // Whatever a damaged footer leads to.
      return new Footer(null, "its Parquet footer cannot be read: " + JobException.reason(e));
    }
  }

  private static boolean isWhole(FileSystem fileSystem, FileStatus status) throws IOException {
    if (status.getLen() < 3L * MAGIC) {
      return false;
    }
    byte[] end = new byte[MAGIC];
    try (FSDataInputStream input = fileSystem.open(status.getPath())) {
      input.readFully(status.getLen() - end.length, end);
    }
    return MAGICS.contains(new String(end, StandardCharsets.ISO_8859_1));
  }

  private FileShape shape(ParquetMetadata footer) {
    ParquetTypes types = new ParquetTypes(footer.getFileMetaData().getSchema(), whole, paths);
    Map<String, String> problems = new TreeMap<>(types.problems());
    if (!calendarGiven) {
      types
          .columns()
          .filter(column -> AncientTimes.areIn(footer, column))
          .flatMap(column -> types.asked(column).stream())
          .forEach(
              name ->
                  problems.put(
                      name,
                      "has dates before 1582 or times before 1900, and the file does not say in"
                          + " which calendar; set "
                          + CALENDAR
                          + " to CORRECTED (the Gregorian, as most programs write) or LEGACY (the"
                          + " Julian, as Spark 2 and Hive 2)"));
    }
    return new FileShape(
        footer.getFileMetaData().getSchema().getFields().stream().map(Type::getName).toList(),
        types.types(),
        problems,
        AncientTimes.options(footer.getFileMetaData()));
  }
}
