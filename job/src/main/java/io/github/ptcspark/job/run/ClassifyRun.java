package io.github.ptcspark.job.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.Device;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.inference.Alternatives;
import io.github.ptcspark.inference.NativeRuntime;
import io.github.ptcspark.inference.Placement;
import io.github.ptcspark.inference.Precisions;
import io.github.ptcspark.inference.Processor;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.Corpus;
import io.github.ptcspark.job.corpus.CorpusChanges;
import io.github.ptcspark.job.corpus.DocumentCount;
import io.github.ptcspark.job.corpus.FileNames;
import io.github.ptcspark.job.corpus.Slice;
import io.github.ptcspark.job.corpus.WorkLeft;
import io.github.ptcspark.job.output.CommittedRows;
import io.github.ptcspark.job.output.Output;
import io.github.ptcspark.job.output.OutputIdentity;
import io.github.ptcspark.job.output.OutputView;
import io.github.ptcspark.job.output.RunCounts;
import io.github.ptcspark.job.output.SliceRecord;
import io.github.ptcspark.job.report.OutputReport;
import io.github.ptcspark.job.report.Printable;
import io.github.ptcspark.job.report.ProgressLine;
import io.github.ptcspark.spark.ClassifiedSchema;
import io.github.ptcspark.spark.ClassifyPartition;
import io.github.ptcspark.spark.ProcessorSurvey;
import io.github.ptcspark.spark.SharedModel;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
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
  private final ModelSettings asked;
  private final ResourceCheck resources;
  private final Function<SparkContext, ProcessorSurvey> processors;

  /**
   * A run.
   *
   * @param files the model, read from where the options say
   * @param progressStream where progress and what deserves attention are shown
   * @throws JobException if options or settings of Spark do not go together
   * @throws io.github.ptcspark.bundle.BundleException if the model is damaged, has no classifier or
   *     cannot be run as the options say
   */
  public ClassifyRun(
      SparkSession session,
      BundleFiles files,
      ClassifyOptions options,
      PrintStream progressStream) {
    this(session, files, options, progressStream, ProcessorSurvey::of);
  }

  /**
   * The same where executors are on given processors.
   *
   * @param processors what the executors of a Spark say
   */
  ClassifyRun(
      SparkSession session,
      BundleFiles files,
      ClassifyOptions options,
      PrintStream progressStream,
      Function<SparkContext, ProcessorSurvey> processors) {
    this.processors = processors;
    this.session = RunSession.of(session);
    this.options = options;
    this.progressStream = progressStream;
    options.corpus().requireKeptColumnsBeside(ClassifiedSchema.names());
    this.files = files;
    this.bundle = files.parseClassifier();
    this.asked = options.changes().applyTo(bundle);
    this.resources = ResourceCheck.of(session.sparkContext().getConf());
    resources.check(loaded(), asked.precision());
  }

  /**
   * Runs to the end.
   *
   * @return what was written
   * @throws JobException if anything is wrong with what the user asked for, and nothing was
   *     written; or if the work failed, and what was committed stays
   */
  public RunSummary run() {
    OutputView view = look();
    Corpus corpus = openCorpus(view);
    RunPrecision precision = precision(view);
    ModelSettings settings = asked.with(precision.exact());
    Optional<RunPromise> promise = promise(settings);
    Optional<JsonNode> before = view.manifest(options.existing());
    try (Output output =
        Output.open(
            view,
            identity(corpus, settings),
            options.existing(),
            read -> corpus.left(read).holdsAllThatWasRead())) {
      say("precision " + precision.text());
      promise
          .flatMap(RunPromise::lack)
          .ifPresent(reason -> say("the model's promise does not hold in this run: " + reason));
      if (options.strictPromise() && options.audit().share() == 0) {
        say("nothing is audited in this run, so the promise is taken as it is (--audit looks)");
      }
      OutputNotes.of(output).forEach(this::say);
      long start = System.nanoTime();
      WorkLeft left = corpus.left(output.read());
      warn(left.changes());
      List<Slice> slices = corpus.slices(left, sliceBytes());
      if (output.slices() > 0) {
        say(
            String.format(
                Locale.ROOT, "%,d slices are done, %,d to do", output.slices(), slices.size()));
      }
      long slicesBefore = output.slices();
      List<SliceRecord> written = classify(corpus, slices, output, settings, precision);
      RunCounts counts =
          written.stream().map(SliceRecord::counts).reduce(RunCounts.NONE, RunCounts::plus);
      Optional<RunAudit> audit =
          RunAudit.of(
              options.audit().share(),
              counts,
              output.unaccepted(),
              output.counts(),
              slicesBefore,
              promise,
              before);
      RunSummary summary =
          new RunSummary(
              options,
              bundle.labels(),
              settings,
              precision.processors(),
              files.digest(),
              promise.map(shown -> shown.after(audit)),
              audit,
              counts,
              output.counts(),
              output.unaccepted(),
              left.changes(),
              (System.nanoTime() - start) / 1e9,
              cores(),
              Optional.empty());
      summary.promise().flatMap(RunPromise::broken).ifPresent(this::say);
      Map<String, Object> manifest = new Manifest(summary, output, session.version()).entries();
      output.finish(!summary.tooManyRejects(), manifest);
      return written.isEmpty()
          ? summary
          : summary.withReport(
              report(output.rowsOf(written, manifest), summary.total().documents()));
    }
  }

  /**
   * Looks at everything that {@link #run} would do, and measures for some seconds how fast it would
   * be here. Writes nothing.
   *
   * @throws JobException if the run would be refused
   */
  public RunPlan plan() {
    OutputView view = look();
    Corpus corpus = openCorpus(view);
    RunPrecision precision = precision(view);
    ModelSettings settings = asked.with(precision.exact());
    Optional<RunPromise> promise = promise(settings);
    OutputView.Begun begun =
        view.begun(
            identity(corpus, settings),
            options.existing(),
            read -> corpus.left(read).holdsAllThatWasRead());
    WorkLeft left = corpus.left(begun.read());
    warn(left.changes());
    List<Slice> slices = corpus.slices(left, sliceBytes());
    List<String> texts =
        slices.isEmpty()
            ? List.of()
            : reading(() -> corpus.texts(slices.get(0), ESTIMATE_DOCUMENTS));
    return new RunPlan(
        corpus.format(),
        corpus.files().size(),
        slices.stream().map(Slice::bytes).toList(),
        begun.slices(),
        reading(() -> corpus.count(slices)),
        slices.isEmpty() ? 0 : corpus.documents(slices.get(0)).javaRDD().getNumPartitions(),
        cores(),
        session.sparkContext().master(),
        settings,
        precision.processors(),
        files.digest(),
        promise,
        files.size(),
        resources.needs(loaded()),
        texts.isEmpty() ? Optional.empty() : rate(settings, texts),
        options.output());
  }

  /** What executors load of the model. */
  private BundleFiles loaded() {
    return alternatives().readInFull(asked) ? files : files.withoutFull();
  }

  private Alternatives alternatives() {
    return options.audit().share() == 0 ? Alternatives.NONE : Alternatives.IN_FULL;
  }

  /**
   * What the model promises of a run.
   *
   * @throws JobException if that is nothing, and the user wants it
   */
  private Optional<RunPromise> promise(ModelSettings settings) {
    Optional<RunPromise> promise = RunPromise.of(files, settings);
    if (options.strictPromise()) {
      Optional<String> lack =
          promise.isEmpty()
              ? Optional.of("the model has none; ptc calibrate makes one")
              : promise.flatMap(RunPromise::lack);
      if (lack.isPresent()) {
        throw new JobException(
            "Cannot classify %s with a promise: %s".formatted(options.model(), lack.get()));
      }
    }
    return promise;
  }

  /** Nothing where this machine lacks what the model is to run on. */
  private Optional<Double> rate(ModelSettings settings, List<String> texts) {
    Placement placement = Placement.CPU;
    if (Precisions.lack(settings.precision(), Processor.current()).isPresent()) {
      return Optional.empty();
    }
    if (settings.precision().device() == Device.GPU) {
      if (NativeRuntime.lackOfGpu().isPresent()) {
        return Optional.empty();
      }
      placement = Placement.gpu(0);
    }
    return Optional.of(SpeedEstimate.documentsPerSecond(bundle, settings, placement, texts));
  }

  private OutputView look() {
    return OutputView.of(configuration(), options.output());
  }

  /** Kept columns go on with the types that they have in the output. */
  private Corpus openCorpus(OutputView view) {
    return Corpus.open(session, options.corpus(), view.keptColumns(options.existing()));
  }

  private RunPrecision precision(OutputView view) {
    return asked.precision().device() == Device.GPU
        ? new RunPrecision(asked.precision(), "")
        : RunPrecision.decide(
            asked.precision(),
            view.precision(options.existing()),
            processors.apply(session.sparkContext()),
            options.output());
  }

  private OutputIdentity identity(Corpus corpus, ModelSettings settings) {
    return OutputIdentity.of(
        files.digest(), settings, options.corpus(), corpus.kept(), options.partitionColumns());
  }

  private List<SliceRecord> classify(
      Corpus corpus,
      List<Slice> slices,
      Output output,
      ModelSettings settings,
      RunPrecision precision) {
    if (slices.isEmpty()) {
      return List.of();
    }
    // For progress; unknown where only reading all of the input would tell.
    Optional<DocumentCount> total = reading(() -> corpus.count(slices));
    LongAccumulator classified = session.sparkContext().longAccumulator("documents classified");
    OutputMetadata metadata =
        new OutputMetadata(bundle.labels(), files.digest(), settings, precision.processors());
    try (SharedModel model =
            SharedModel.broadcast(session.sparkContext(), files, settings, alternatives());
        RunProgress progress =
            RunProgress.start(
                session,
                classified,
                total.map(DocumentCount::documents).orElse(ProgressLine.UNKNOWN),
                progressStream)) {
      SliceWriter writer =
          new SliceWriter(
              corpus,
              new ClassifyPartition(model, options.audit(), classified),
              new RowFiles(session, options.partitionColumns(), metadata.entries()),
              output);
      List<SliceRecord> written =
          new SliceQueue(session.sparkContext(), writer).write(slices, output.nextNumber());
      long documents = written.stream().mapToLong(record -> record.counts().documents()).sum();
      progress.finish(documents);
      List<String> empty = writer.emptyFiles();
      warn(
          new FileNames(empty.size(), empty.stream().limit(FileNames.SHOWN).toList()),
          "%s has no documents");
      if (total.filter(DocumentCount::exact).isPresent() && documents != total.get().documents()) {
        say(
            "the input changed meanwhile: %s documents were counted, %s classified"
                .formatted(total.get().documents(), documents));
      }
      return written;
    }
  }

  /** What the corpus says of itself. */
  private static <T> T reading(Supplier<T> corpus) {
    try {
      return corpus.get();
    } catch (JobException e) {
      throw e;
    } catch (Exception e) { // Spark does not declare what it throws.
      throw new JobException("Cannot read the documents: " + JobException.reason(e), e);
    }
  }

  /** The rows are committed: whatever becomes of the page about them, the run has succeeded. */
  private Optional<String> report(CommittedRows rows, long total) {
    try {
      String html = new OutputReport(session).ofRun(rows, total).html();
      return Optional.of(rows.writePage(configuration(), html));
    } catch (Exception e) { // Spark does not declare what it throws.
      say("there is no report of this run: " + JobException.reason(e));
      return Optional.empty();
    }
  }

  private void warn(CorpusChanges changes) {
    warn(changes.changed(), "%s has changed since it was classified; its rows stay as they are");
    warn(changes.vanished(), "%s has vanished since it was classified; its rows stay");
    if (!changes.isEmpty()) {
      say("--overwrite classifies everything anew");
    }
  }

  private void warn(FileNames names, String line) {
    names.first().forEach(name -> say(line.formatted(name)));
    if (names.count() > names.first().size()) {
      say(String.format(Locale.ROOT, "and so have %,d more", names.count() - names.first().size()));
    }
  }

  private void say(String line) {
    progressStream.println(Printable.text("ptc: " + line));
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
}
