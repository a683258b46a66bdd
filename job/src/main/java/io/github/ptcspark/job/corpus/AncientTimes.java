package io.github.ptcspark.job.corpus;

import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.LogicalTypeAnnotation;

/**
 * In which calendar a Parquet file counts days before 15 October 1582. Its format says the
 * Gregorian one, reckoned backwards; Spark 2 and Hive before 3.1 wrote the Julian one. Spark says
 * in its files which it wrote, and reads them so; of others it wants to be told.
 */
final class AncientTimes {

  private static final String DATES = "datetimeRebaseMode";
  private static final String INT96 = "int96RebaseMode";
  private static final String GREGORIAN = "CORRECTED";
  private static final String JULIAN = "LEGACY";

  /** Days and microseconds from which both calendars and all time zones agree, as Spark has it. */
  private static final long DAYS = LocalDate.of(1582, 10, 15).toEpochDay();

  private static final long MICROS = LocalDate.of(1900, 1, 1).toEpochDay() * 86_400_000_000L;

  private AncientTimes() {}

  /** What Spark's reader has to be told of a file; nothing if that is not known. */
  static Map<String, String> options(FileMetaData file) {
    Map<String, String> entries = file.getKeyValueMetaData();
    String writer = file.getCreatedBy() == null ? "" : file.getCreatedBy();
    String mode;
    if (entries.containsKey("org.apache.spark.version")) {
      return Map.of(); // Spark looks itself.
    } else if (entries.containsKey("org.apache.spark.sql.parquet.row.metadata")) {
      mode = JULIAN; // Spark before 2.4.6.
    } else if (entries.containsKey("writer.date.proleptic")) { // Hive.
      mode = Boolean.parseBoolean(entries.get("writer.date.proleptic")) ? GREGORIAN : JULIAN;
    } else if (!writer.startsWith("parquet-mr") || entries.containsKey("iceberg.schema")) {
      mode = GREGORIAN;
    } else {
      return Map.of();
    }
    return Map.of(DATES, mode, INT96, mode);
  }

  /**
   * Whether a file that does not say its calendar has such early dates or times in a column, by its
   * statistics.
   */
  static boolean areIn(ParquetMetadata file, String column) {
    if (file.getFileMetaData().getKeyValueMetaData().containsKey("org.apache.spark.version")
        || !options(file.getFileMetaData()).isEmpty()) {
      return false;
    }
    return file.getBlocks().stream()
        .map(BlockMetaData::getColumns)
        .flatMap(columns -> columns.stream())
        .filter(chunk -> chunk.getPath().toArray()[0].equals(column))
        .anyMatch(AncientTimes::isAncient);
  }

  private static boolean isAncient(ColumnChunkMetaData chunk) {
    LogicalTypeAnnotation type = chunk.getPrimitiveType().getLogicalTypeAnnotation();
    Statistics<?> statistics = chunk.getStatistics();
    if (type == null || statistics == null || !statistics.hasNonNullValue()) {
      return false;
    }
    Optional<Long> earliest =
        statistics.genericGetMin() instanceof Number number
            ? Optional.of(number.longValue())
            : Optional.empty();
    if (type instanceof LogicalTypeAnnotation.DateLogicalTypeAnnotation) {
      return earliest.filter(days -> days < DAYS).isPresent();
    }
    if (type instanceof LogicalTypeAnnotation.TimestampLogicalTypeAnnotation timestamp) {
      long micros = timestamp.getUnit() == LogicalTypeAnnotation.TimeUnit.MILLIS ? 1000 : 1;
      return earliest.filter(time -> time < MICROS / micros).isPresent();
    }
    return false;
  }
}
