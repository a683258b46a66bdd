package io.github.ptcspark.job.run;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.Corpus;
import io.github.ptcspark.spark.ClassifiedSchema;
import io.github.ptcspark.spark.ClassifierCache;
import io.github.ptcspark.spark.ClassifyPartition;
import io.github.ptcspark.spark.DocumentSchema;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.util.LongAccumulator;

/**
 * Classifies a corpus: checks everything, classifies on the executors, writes Parquet, counts what
 * was written, publishes the output in one step.
 */
public final class ClassifyRun {

  private final SparkSession session;
  private final ClassifyOptions options;
  private final PrintStream progressStream;

  /**
   * A run.
   *
   * @param progressStream where progress is shown
   */
  public ClassifyRun(SparkSession session, ClassifyOptions options, PrintStream progressStream) {
    this.session = session;
    this.options = options;
    this.progressStream = progressStream;
  }

  /**
   * Runs to the end.
   *
   * @return what was written
   * @throws JobException if anything is wrong with what the user asked for; nothing was written
   * @throws io.github.ptcspark.bundle.BundleException if the model is damaged; nothing was written
   */
  public RunSummary run() {
    options.corpus().requireKeptColumnsBeside(ClassifiedSchema.names());
    OutputDirectory output = OutputDirectory.check(session, options.output(), options.existing());
    BundleFiles files = BundleFiles.read(Path.of(options.model()));
    Bundle bundle = files.parse();
    ModelSettings settings = options.changes().applyTo(bundle);
    Corpus corpus = Corpus.open(session, options.corpus());
    Dataset<Row> documents = corpus.documents();
    List<StructField> kept = DocumentSchema.kept(documents.schema());

    long start = System.nanoTime();
    long total = documents.count();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
    Broadcast<BundleFiles> broadcast = context.broadcast(files);
    LongAccumulator classified = session.sparkContext().longAccumulator("documents classified");
    try (RunProgress progress = RunProgress.start(session, classified, total, progressStream)) {
      Dataset<Row> rows =
          documents.mapPartitions(
              new ClassifyPartition(broadcast, files.digest(), settings, classified),
              Encoders.row(ClassifiedSchema.of(kept)));
      OutputMetadata metadata = new OutputMetadata(bundle.labels(), files.digest(), settings);
      output.write(
          rows.write().format(AnnotatedParquetFormat.class.getName()).options(metadata.entries()));
      progress.finish();
    } finally {
      broadcast.destroy();
      ClassifierCache.releaseUnused();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    RunCounts counts = RunCounts.of(session.read().parquet(output.workingPath()));
    RunSummary summary =
        new RunSummary(
            options,
            bundle.labels(),
            settings,
            files.digest(),
            counts,
            seconds,
            session.sparkContext().defaultParallelism());
    output.publish(new Manifest(summary, session.version()).json());
    return summary;
  }
}
