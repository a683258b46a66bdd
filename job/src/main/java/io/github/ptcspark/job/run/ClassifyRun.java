package io.github.ptcspark.job.run;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.Device;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.inference.NativeRuntime;
import io.github.ptcspark.inference.Placement;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.Corpus;
import io.github.ptcspark.job.corpus.CorpusChanges;
import io.github.ptcspark.job.corpus.DocumentCount;
import io.github.ptcspark.job.corpus.Slice;
import io.github.ptcspark.job.corpus.SlicePart;
import io.github.ptcspark.spark.BundleLocation;
import io.github.ptcspark.spark.ClassifiedSchema;
import io.github.ptcspark.spark.ClassifyPartition;
import io.github.ptcspark.spark.SharedModel;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;

/**
 * Classifies what is new in a corpus: checks everything, cuts the work into slices, classifies each
 * on the executors and commits it. A run that died is taken up where it ended.
 */
public final class ClassifyRun {

  private static final int ESTIMATE_DOCUMENTS = 24;

  private final SparkSession session;
  private final ClassifyOptions options;
  private final PrintStream progressStream;
  private final BundleFiles files;
  private final Bundle bundle;
  private final ModelSettings settings;
  private final ResourceCheck resources;

  /**
   * A run.
   *
   * @param progressStream where progress and what deserves attention are shown
   * @throws JobException if options or settings of Spark do not go together
   * @throws io.github.ptcspark.bundle.BundleException if the model is damaged
   */
  public ClassifyRun(SparkSession session, ClassifyOptions options, PrintStream progressStream) {
    this.session = session;
    this.options = options;
    this.progressStream = progressStream;
    options.corpus().requireKeptColumnsBeside(ClassifiedSchema.names());
    this.files = new BundleLocation(options.model(), configuration()).read();
    this.bundle = files.parse();
    this.settings = options.changes().applyTo(bundle);
    this.resources = ResourceCheck.of(session.sparkContext().getConf());
    resources.check(files, settings.precision().device());
  }

  /**
   * Runs to the end.
   *
   * @return what was written
   * @throws JobException if anything is wrong with what the user asked for, and nothing was
   *     written; or if the work failed, and what was committed stays
   */
  public RunSummary run() {
    Corpus corpus = openCorpus();
    OutputIdentity identity = identity(corpus);
    try (OutputDirectory output =
        OutputDirectory.open(
            configuration(),
            options.output(),
            identity,
            options.existing(),
            RunLock.Times.DEFAULT)) {
      output.dead().ifPresent(dead -> say("taking over from a run that died (%s)".formatted(dead)));
      long start = System.nanoTime();
      List<SliceRecord> before = output.records();
      CorpusChanges changes = corpus.changes(parts(before));
      if (output.isReplacement() && !changes.isEmpty()) {
        say("files have changed since a run that died: beginning anew");
        output.beginAnew(identity);
        before = List.of();
        changes = corpus.changes(List.of());
      }
      warn(changes);
      List<Slice> slices = corpus.slices(parts(before), sliceBytes());
      if (!before.isEmpty()) {
        say("%d slices are done, %d to do".formatted(before.size(), slices.size()));
      }
      List<SliceRecord> written = classify(corpus, slices, output);
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
              cores());
      output.finish(new Manifest(summary, output.records(), session.version()).entries());
      return summary;
    }
  }

  /**
   * Looks at everything that {@link #run} would do, and measures for some seconds how fast it would
   * be here. Writes nothing.
   *
   * @throws JobException if the run would be refused
   */
  public RunPlan plan() {
    Corpus corpus = openCorpus();
    List<SliceRecord> before =
        OutputDirectory.committed(
            configuration(), options.output(), identity(corpus), options.existing());
    warn(corpus.changes(parts(before)));
    List<Slice> slices = corpus.slices(parts(before), sliceBytes());
    List<String> texts =
        slices.isEmpty() ? List.of() : corpus.texts(slices.get(0), ESTIMATE_DOCUMENTS);
    return new RunPlan(
        corpus.format(),
        corpus.files().size(),
        slices.stream().map(Slice::bytes).toList(),
        before.size(),
        corpus.count(slices),
        slices.isEmpty() ? 0 : corpus.documents(slices.get(0)).javaRDD().getNumPartitions(),
        cores(),
        session.sparkContext().master(),
        settings,
        files.digest(),
        files.size(),
        resources.needs(files),
        texts.isEmpty() ? Optional.empty() : rate(texts),
        options.output());
  }

  /** Nothing where the model is to run on a GPU and this machine has none. */
  private Optional<Double> rate(List<String> texts) {
    Placement placement = Placement.CPU;
    if (settings.precision().device() == Device.GPU) {
      if (NativeRuntime.lackOfGpu().isPresent()) {
        return Optional.empty();
      }
      placement = Placement.gpu(0);
    }
    return Optional.of(SpeedEstimate.documentsPerSecond(bundle, settings, placement, texts));
  }

  /** Kept columns go on with the types that they have in the output. */
  private Corpus openCorpus() {
    return Corpus.open(
        session,
        options.corpus(),
        OutputDirectory.keptColumns(configuration(), options.output(), options.existing()));
  }

  private OutputIdentity identity(Corpus corpus) {
    return OutputIdentity.of(
        files.digest(), settings, options.corpus(), corpus.kept(), options.partitionColumns());
  }

  private List<SliceRecord> classify(Corpus corpus, List<Slice> slices, OutputDirectory output) {
    if (slices.isEmpty()) {
      return List.of();
    }
    DocumentCount total = count(corpus, slices);
    LongAccumulator classified = session.sparkContext().longAccumulator("documents classified");
    OutputMetadata metadata = new OutputMetadata(bundle.labels(), files.digest(), settings);
    try (SharedModel model = SharedModel.broadcast(session.sparkContext(), files, settings);
        RunProgress progress =
            RunProgress.start(session, classified, total.documents(), progressStream)) {
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
      long documents = counts(written).documents();
      progress.finish(documents);
      if (total.exact() && documents != total.documents()) {
        say(
            "the input changed meanwhile: %d documents were counted, %d classified"
                .formatted(total.documents(), documents));
      }
      return written;
    }
  }

  /** For progress; reads the input where nothing says it cheaply. */
  private static DocumentCount count(Corpus corpus, List<Slice> slices) {
    try {
      return corpus
          .count(slices)
          .orElseGet(() -> new DocumentCount(corpus.documents(Slice.of(slices)).count(), true));
    } catch (JobException e) {
      throw e;
    } catch (Exception e) { // Spark does not declare what it throws.
      throw new JobException("Cannot count the documents: " + JobException.reason(e), e);
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

  private Configuration configuration() {
    return session.sessionState().newHadoopConf();
  }

  private int cores() {
    return session.sparkContext().defaultParallelism();
  }

  private long sliceBytes() {
    return options.sliceBytes().orElseGet(() -> SliceSize.forCores(cores()));
  }

  private static List<SlicePart> parts(List<SliceRecord> records) {
    return records.stream().flatMap(record -> record.parts().stream()).toList();
  }

  private static RunCounts counts(List<SliceRecord> records) {
    return records.stream().map(SliceRecord::counts).reduce(RunCounts.NONE, RunCounts::plus);
  }
}
