package io.github.ptcspark.job.run;

import io.github.ptcspark.job.corpus.Corpus;
import io.github.ptcspark.job.corpus.Slice;
import io.github.ptcspark.spark.ClassifiedSchema;
import io.github.ptcspark.spark.ClassifyPartition;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Classifies slices one by one, each from its documents to its commit. */
final class SliceWriter {

  private static final Logger LOG = LoggerFactory.getLogger(SliceWriter.class);

  private final SparkSession session;
  private final Corpus corpus;
  private final ClassifyPartition classify;
  private final List<String> partitionColumns;
  private final Map<String, String> metadata;
  private final OutputDirectory output;

  /**
   * A writer.
   *
   * @param metadata entries for the key-value metadata of every file
   */
  SliceWriter(
      SparkSession session,
      Corpus corpus,
      ClassifyPartition classify,
      List<String> partitionColumns,
      Map<String, String> metadata,
      OutputDirectory output) {
    this.session = session;
    this.corpus = corpus;
    this.classify = classify;
    this.partitionColumns = partitionColumns;
    this.metadata = metadata;
    this.output = output;
  }

  /** Classifies a slice; whatever happens, it is committed whole or not at all. */
  SliceRecord write(int number, Slice slice) throws IOException {
    long start = System.nanoTime();
    StructType schema = ClassifiedSchema.of(corpus.kept());
    String staging = output.staging(number).toString();
    boolean committed = false;
    try {
      // One task writes one file, or one for each value of the partition columns, in the order of
      // ids: few files, and the same whatever task ended first.
      Dataset<Row> rows =
          corpus
              .documents(slice)
              .mapPartitions(classify, Encoders.row(schema))
              .repartition(1)
              .sortWithinPartitions("id");
      rows.write()
          .format(AnnotatedParquetFormat.class.getName())
          .options(metadata)
          .partitionBy(partitionColumns.toArray(new String[0]))
          .save(staging);
      SliceRecord record =
          new SliceRecord(
              number,
              slice.parts(),
              output.stagedFiles(number),
              RunCounts.of(session.read().schema(schema).parquet(staging)),
              (System.nanoTime() - start) / 1e9,
              Instant.now().toString());
      output.commit(record);
      committed = true;
      log(record, slice);
      return record;
    } finally {
      if (!committed) {
        output.discard(number);
      }
    }
  }

  private static void log(SliceRecord record, Slice slice) {
    RunCounts counts = record.counts();
    LOG.info(
        "slice={} bytes={} parts={} documents={} rejected={} tokens_read={} tokens_kept={}"
            + " cost={} seconds={} documents_per_second={}",
        record.number(),
        slice.bytes(),
        slice.parts().size(),
        counts.documents(),
        counts.rejected(),
        counts.tokensRead(),
        counts.tokensKept(),
        "%.4f".formatted(counts.cost()),
        "%.3f".formatted(record.seconds()),
        "%.1f".formatted(counts.documents() / record.seconds()));
  }
}
