package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The documents of a slice, counted as they are read, so that what becomes of them can be compared
 * with what is in the files.
 */
public final class CountedDocuments {

  private static final int FILES_IN_MESSAGE = 5;

  private final SparkSession spark;
  private final Slice slice;
  private final Dataset<Row> rows;
  private final LatestCounts<Integer> partitions;
  private final Optional<LatestCounts<FileRange>> ranges;
  private final boolean parquet;

  /**
   * Documents that have not been read yet.
   *
   * @param partitions takes the documents of each partition
   * @param ranges takes the documents of each range, where files are read by ranges
   */
  CountedDocuments(
      SparkSession spark,
      Slice slice,
      Dataset<Row> rows,
      LatestCounts<Integer> partitions,
      Optional<LatestCounts<FileRange>> ranges,
      boolean parquet) {
    this.spark = spark;
    this.slice = slice;
    this.rows = rows;
    this.partitions = partitions;
    this.ranges = ranges;
    this.parquet = parquet;
  }

  /** The documents, as {@link io.github.ptcspark.spark.DocumentSchema} has them. */
  public Dataset<Row> rows() {
    return rows;
  }

  /**
   * Compares what has been read, after an action on all rows, with what was made of it.
   *
   * @param made how many rows there are of these documents now
   * @throws JobException if a file has changed since it was listed, some of a file was not read, or
   *     there are more or fewer rows than documents; it names the files
   */
  public void requireAll(long made) {
    Unchanged.require(spark, slice);
    ranges.ifPresent(this::requireEachPart);
    long read = ranges.map(CountedDocuments::sum).orElseGet(() -> sum(partitions));
    if (read != made) {
      throw wrong("were read", read, made, byFile());
    }
    if (parquet) {
      Map<String, Long> inFiles = ParquetRows.of(spark, slice);
      long all = ParquetRows.sum(inFiles);
      if (all != made) {
        throw wrong("are in the files", all, made, inFiles);
      }
    }
  }

  private void requireEachPart(LatestCounts<FileRange> counts) {
    Map<String, List<FileRange>> read =
        counts.value().keySet().stream().collect(Collectors.groupingBy(FileRange::path));
    for (SlicePart part : slice.parts()) {
      long at = part.start();
      List<FileRange> ofFile = new ArrayList<>(read.getOrDefault(part.file().path(), List.of()));
      ofFile.sort(Comparator.comparingLong(FileRange::start));
      for (FileRange range : ofFile) {
        at = range.start() <= at ? Math.max(at, range.end()) : at;
      }
      if (at < part.end()) {
        throw new JobException(
            "Cannot read %s: bytes from %s to %s were not read"
                .formatted(part.file().name(), at, part.end()));
      }
    }
  }

  private JobException wrong(String what, long documents, long made, Map<String, Long> byFile) {
    String files =
        byFile.entrySet().stream()
            .limit(FILES_IN_MESSAGE)
            .map(file -> "%s (%s)".formatted(FileRange.localName(file.getKey()), file.getValue()))
            .collect(Collectors.joining(", "));
    int more = byFile.size() - FILES_IN_MESSAGE;
    return new JobException(
        "Cannot go on: %s documents %s, %s rows were made of them; the files are %s%s"
            .formatted(
                documents, what, made, files, more > 0 ? " and %s more".formatted(more) : ""));
  }

  /** Documents of each file, zeros where that is not known. */
  private Map<String, Long> byFile() {
    Map<String, Long> counts = new TreeMap<>();
    slice.parts().forEach(part -> counts.put(part.file().path(), 0L));
    ranges.ifPresent(
        known ->
            known.value().forEach((range, count) -> counts.merge(range.path(), count, Long::sum)));
    return counts;
  }

  /** Files that were read whole and have no documents; known of formats that are read by ranges. */
  public List<String> emptyFiles() {
    if (ranges.isEmpty()) {
      return List.of();
    }
    Map<String, Long> counts = new HashMap<>(byFile());
    return slice.parts().stream()
        .filter(part -> part.bytes() == part.file().length())
        .filter(part -> counts.get(part.file().path()) == 0)
        .map(part -> part.file().name())
        .toList();
  }

  private static long sum(LatestCounts<?> counts) {
    return counts.value().values().stream().mapToLong(Long::longValue).sum();
  }
}
