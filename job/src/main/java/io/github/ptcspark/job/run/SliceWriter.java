package io.github.ptcspark.job.run;

import static org.apache.spark.sql.functions.col;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.Corpus;
import io.github.ptcspark.job.corpus.CountedDocuments;
import io.github.ptcspark.job.corpus.Slice;
import io.github.ptcspark.job.output.Output;
import io.github.ptcspark.job.output.RunCounts;
import io.github.ptcspark.job.output.SliceRecord;
import io.github.ptcspark.spark.ClassifiedSchema;
import io.github.ptcspark.spark.ClassifyPartition;
import io.github.ptcspark.spark.JavaTimeRows;
import io.github.ptcspark.spark.Reject;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Classifies slices one by one, each from its documents to its commit. */
final class SliceWriter {

  private static final Logger LOG = LoggerFactory.getLogger(SliceWriter.class);

  private final Corpus corpus;
  private final ClassifyPartition classify;
  private final RowFiles files;
  private final Output output;
  private final Queue<String> emptyFiles = new ConcurrentLinkedQueue<>();

  /**
   * A writer.
   *
   * @param files writes rows
   */
  SliceWriter(Corpus corpus, ClassifyPartition classify, RowFiles files, Output output) {
    this.corpus = corpus;
    this.classify = classify;
    this.files = files;
    this.output = output;
  }

  /**
   * Classifies a slice; whatever happens, it is committed whole or not at all.
   *
   * @throws JobException if the model fails on all of it, its files change meanwhile, not each of
   *     its documents has become a row, or another run has taken the output over
   */
  SliceRecord write(int number, Slice slice) throws IOException {
    long start = System.nanoTime();
    RowFiles.Written written = classify(slice, output.staging(number), number);
    SliceRecord record =
        new SliceRecord(
            number,
            slice.parts(),
            written.files(),
            written.counts(),
            (System.nanoTime() - start) / 1e9,
            Instant.now().toString());
    output.commit(record);
    log(record, slice);
    return record;
  }

  /** Files of all slices so far that have no documents. */
  List<String> emptyFiles() {
    return emptyFiles.stream().sorted().toList();
  }

  private RowFiles.Written classify(Slice slice, Path staging, int number) throws IOException {
    boolean whole = false;
    try {
      CountedDocuments documents = corpus.counted(slice);
      Dataset<Row> rows =
          documents
              .rows()
              .mapPartitions(classify, JavaTimeRows.encoder(ClassifiedSchema.of(corpus.kept())));
      RowFiles.Written written = files.write(rows, staging);
      documents.requireAll(written.counts().documents());
      emptyFiles.addAll(documents.emptyFiles());
      requireSense(written, slice, staging);
      whole = true;
      return written;
    } finally {
      if (!whole) {
        output.discard(number);
      }
    }
  }

  /** Documents fail one by one; where all of them do, something else is wrong. */
  private void requireSense(RowFiles.Written written, Slice slice, Path staging) {
    long failed = written.counts().rejects().getOrDefault(Reject.INFERENCE_FAILED.code(), 0L);
    if (failed > 0 && written.counts().labelled() == 0) {
      String message =
          files
              .read(ClassifiedSchema.of(corpus.kept()), staging, written.paths(staging))
              .where(col("error.code").equalTo(Reject.INFERENCE_FAILED.code()))
              .select("error.message")
              .first()
              .getString(0);
      throw new JobException(
          String.format(
                  Locale.ROOT,
                  "Cannot classify: the model fails on each of the %,d documents of a slice, which begins",
                  failed)
              + " with %s: %s".formatted(slice.parts().get(0).file().name(), message));
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
        String.format(Locale.ROOT, "%.4f", counts.cost()),
        String.format(Locale.ROOT, "%.3f", record.seconds()),
        String.format(Locale.ROOT, "%.1f", counts.documents() / record.seconds()));
  }
}
