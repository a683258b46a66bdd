package io.github.ptcspark.job.tune;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.inference.Embedder;
import io.github.ptcspark.inference.Precisions;
import io.github.ptcspark.inference.Processor;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.job.report.Numbers;
import io.github.ptcspark.job.report.ProgressLine;
import io.github.ptcspark.job.train.LabelledCorpus;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * Finds one setting of {@code quantile} for several few-shot tasks at once: of a grid over its
 * least length, quantile and layer the one that saves most of the embedding time and loses no more
 * than so much of the mean accuracy; and measures it on a task that had no part in that (Qi et al.,
 * practical token pruning, 2024, arXiv 2408.11799).
 */
public final class Tune {

  private final SparkSession session;
  private final Bundle bundle;
  private final ModelSettings settings;
  private final TuneOptions options;
  private final PrintStream progressStream;
  private final LongSupplier clock;

  /**
   * A search.
   *
   * @param bundle the encoder; a classifier that it may have is not used
   * @param settings precision, and what is read of long documents
   * @param progressStream where progress is shown
   */
  public Tune(
      SparkSession session,
      Bundle bundle,
      ModelSettings settings,
      TuneOptions options,
      PrintStream progressStream) {
    this(
        session,
        bundle,
        settings,
        options,
        progressStream,
        () -> ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
  }

  /**
   * The same with given times.
   *
   * @param clock what is taken for the processor time of this thread, in nanoseconds
   */
  Tune(
      SparkSession session,
      Bundle bundle,
      ModelSettings settings,
      TuneOptions options,
      PrintStream progressStream,
      LongSupplier clock) {
    this.session = session;
    this.bundle = bundle;
    this.settings =
        new ModelSettings(
            bundle.settings().policy().trained(),
            Precisions.fastestHere(settings.precision()),
            settings.longDocuments());
    this.options = options;
    this.progressStream = progressStream;
    this.clock = clock;
  }

  /** The settings to choose from. */
  static List<PruningPolicy> grid(PruningPolicy own, EncoderShape encoder) {
    String layers =
        Stream.of(encoder.layers() / 4 + 1, encoder.layers() / 3 + 1, encoder.layers() / 2 + 1)
            .filter(layer -> layer >= 2 && layer <= encoder.layers())
            .distinct()
            .map(String::valueOf)
            .collect(Collectors.joining("|"));
    return Candidates.of(
            "quantile(min-length=8|16|32, quantile=0.3|0.5|0.7, layer=%s, minimum-tokens=4)"
                .formatted(layers),
            own)
        .stream()
        .map(text -> text.toRun(own, encoder))
        .toList();
  }

  /**
   * Searches.
   *
   * @throws JobException if a task cannot be read or learnt from, or every setting loses too much
   *     or saves nothing
   */
  public TuneFigures run() {
    List<FewShotTask> tasks = options.tasks().stream().map(this::read).toList();
    FewShotTask unseen = read(options.unseen());
    PruningPolicy unpruned = settings.policy();
    List<PruningPolicy> grid = grid(bundle.settings().policy(), bundle.config().shape());
    try (Embedder embedder = new Embedder(bundle, settings, grid)) {
      List<FewShotTask.Embedded> embedded =
          tasks.stream().map(task -> embed(embedder, task, grid)).toList();
      List<TuneFigures.Setting> tested = test(embedded, grid);
      PruningPolicy chosen = tested.get(tested.size() - 1).policy();
      FewShotTask.Embedded there = embed(embedder, unseen, List.of(chosen));
      return new TuneFigures(
          options.model(),
          settings,
          Processor.current().name(),
          tasks.stream().map(FewShotTask::toString).toList(),
          grid.size(),
          tested,
          unseen.toString(),
          onTask(there, there.accuracy(session, unpruned), chosen));
    }
  }

  private FewShotTask read(CorpusOptions corpus) {
    return FewShotTask.draw(LabelledCorpus.read(session, corpus, bundle, progressStream), options);
  }

  private FewShotTask.Embedded embed(
      Embedder embedder, FewShotTask task, List<PruningPolicy> grid) {
    List<PruningPolicy> policies = new ArrayList<>(List.of(settings.policy()));
    policies.addAll(grid);
    long total = (long) task.size() * policies.size();
    try (ProgressLine progress =
        new ProgressLine(progressStream, "embedding", "documents", total)) {
      return task.embed(embedder, policies, clock, progress);
    }
  }

  /** From the fastest on, up to the first that does not lose too much. */
  private List<TuneFigures.Setting> test(
      List<FewShotTask.Embedded> embedded, List<PruningPolicy> grid) {
    PruningPolicy unpruned = settings.policy();
    List<PruningPolicy> order =
        grid.stream()
            .filter(policy -> saved(embedded, policy) > 0)
            .sorted(Comparator.comparing(policy -> -saved(embedded, policy)))
            .toList();
    List<TuneFigures.Setting> tested = new ArrayList<>();
    try (ProgressLine progress =
        new ProgressLine(progressStream, "testing", "settings", order.size())) {
      List<Double> accuracies =
          embedded.stream().map(task -> task.accuracy(session, unpruned)).toList();
      for (PruningPolicy policy : order) {
        tested.add(
            new TuneFigures.Setting(
                policy,
                IntStream.range(0, embedded.size())
                    .mapToObj(i -> onTask(embedded.get(i), accuracies.get(i), policy))
                    .toList()));
        if (tested.get(tested.size() - 1).lost() <= options.maxAccuracyLoss()) {
          return tested;
        }
        progress.update(tested.size());
      }
    }
    throw new JobException(nothingFound(tested));
  }

  private String nothingFound(List<TuneFigures.Setting> tested) {
    return tested.stream()
        .min(Comparator.comparing(TuneFigures.Setting::lost))
        .map(
            least ->
                "Cannot tune %s: every setting loses more than %s of accuracy, the least is %s with %s"
                    .formatted(
                        options.model(),
                        Numbers.percent(options.maxAccuracyLoss()),
                        Numbers.percent(least.lost()),
                        least.policy()))
        .orElse("Cannot tune %s: no setting saves time".formatted(options.model()));
  }

  private double saved(List<FewShotTask.Embedded> embedded, PruningPolicy policy) {
    return embedded.stream()
        .mapToDouble(task -> 1 - task.millis(policy) / task.millis(settings.policy()))
        .average()
        .orElseThrow();
  }

  private TuneFigures.OnTask onTask(
      FewShotTask.Embedded embedded, double accuracyUnpruned, PruningPolicy policy) {
    return new TuneFigures.OnTask(
        embedded.millis(settings.policy()),
        embedded.millis(policy),
        accuracyUnpruned,
        embedded.accuracy(session, policy));
  }
}
