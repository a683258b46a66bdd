package io.github.ptcspark.job.run;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.Corpus;
import io.github.ptcspark.job.corpus.CorpusChanges;
import io.github.ptcspark.job.corpus.Slice;
import io.github.ptcspark.job.corpus.SlicePart;
import io.github.ptcspark.spark.ClassifiedSchema;
import io.github.ptcspark.spark.ClassifyPartition;
import io.github.ptcspark.spark.SharedModel;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;

/**
 * Classifies what is new in a corpus: checks everything, cuts the work into slices, classifies each
 * on the executors and commits it. A run that died is taken up where it ended.
 */
public final class ClassifyRun {

  private final SparkSession session;
  private final ClassifyOptions options;
  private final PrintStream progressStream;

  /**
   * A run.
   *
   * @param progressStream where progress and what deserves attention are shown
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
   * @throws JobException if anything is wrong with what the user asked for, and nothing was
   *     written; or if the work failed, and what was committed stays
   * @throws io.github.ptcspark.bundle.BundleException if the model is damaged; nothing was written
   */
  public RunSummary run() {
    options.corpus().requireKeptColumnsBeside(ClassifiedSchema.names());
    BundleFiles files = BundleFiles.read(Path.of(options.model()));
    Bundle bundle = files.parse();
    ModelSettings settings = options.changes().applyTo(bundle);
    Corpus corpus = Corpus.open(session, options.corpus());
    OutputIdentity identity =
        OutputIdentity.of(files.digest(), settings, options.corpus(), options.partitionColumns());
    try (OutputDirectory output =
        OutputDirectory.open(
            session.sessionState().newHadoopConf(),
            options.output(),
            identity,
            options.existing(),
            RunLock.Times.DEFAULT)) {
      output.dead().ifPresent(dead -> say("taking over from a run that died (%s)".formatted(dead)));
      long start = System.nanoTime();
      List<SliceRecord> before = output.records();
      List<SlicePart> done = before.stream().flatMap(record -> record.parts().stream()).toList();
      CorpusChanges changes = corpus.changes(done);
      warn(changes);
      List<Slice> slices = corpus.slices(done, sliceBytes());
      if (!before.isEmpty()) {
        say("%d slices are done, %d to do".formatted(before.size(), slices.size()));
      }
      List<SliceRecord> written = classify(bundle, files, settings, corpus, slices, output);
      RunSummary summary =
          new RunSummary(
              options,
              bundle.labels(),
              settings,
              files.digest(),
              counts(written),
              counts(output.records()),
              changes,
              (System.nanoTime() - start) / 1e9,
              session.sparkContext().defaultParallelism());
      output.finish(new Manifest(summary, output.records(), session.version()).entries());
      return summary;
    }
  }

  private List<SliceRecord> classify(
      Bundle bundle,
      BundleFiles files,
      ModelSettings settings,
      Corpus corpus,
      List<Slice> slices,
      OutputDirectory output) {
    if (slices.isEmpty()) {
      return List.of();
    }
    long total = corpus.documents(Slice.of(slices)).count();
    LongAccumulator classified = session.sparkContext().longAccumulator("documents classified");
    OutputMetadata metadata = new OutputMetadata(bundle.labels(), files.digest(), settings);
    try (SharedModel model = SharedModel.broadcast(session.sparkContext(), files, settings);
        RunProgress progress = RunProgress.start(session, classified, total, progressStream)) {
      SliceWriter writer =
          new SliceWriter(
              session,
              corpus,
              new ClassifyPartition(model, classified),
              options.partitionColumns(),
              metadata.entries(),
              output);
      List<SliceRecord> written =
          new SliceQueue(session.sparkContext(), writer).write(slices, output.nextNumber());
      progress.finish();
      return written;
    }
  }

  private void warn(CorpusChanges changes) {
    for (String name : changes.changed()) {
      say("%s has changed since it was classified; its rows stay as they are".formatted(name));
    }
    for (String name : changes.vanished()) {
      say("%s has vanished since it was classified; its rows stay".formatted(name));
    }
    if (!changes.isEmpty()) {
      say("--overwrite classifies everything anew");
    }
  }

  private void say(String line) {
    progressStream.println("ptc: " + line);
  }

  private long sliceBytes() {
    return options
        .sliceBytes()
        .orElseGet(() -> SliceSize.forCores(session.sparkContext().defaultParallelism()));
  }

  private static RunCounts counts(List<SliceRecord> records) {
    return records.stream().map(SliceRecord::counts).reduce(RunCounts.NONE, RunCounts::plus);
  }
}
