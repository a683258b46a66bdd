package io.github.ptcspark.job.speed;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.Heads;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.DocumentReader;
import io.github.ptcspark.inference.DocumentTokenizer;
import io.github.ptcspark.inference.LinearLayers;
import io.github.ptcspark.inference.LoadedProgram;
import io.github.ptcspark.inference.Precisions;
import io.github.ptcspark.job.report.ProgressLine;
import io.github.ptcspark.pruning.CostModel;
import io.github.ptcspark.pruning.PruningPolicy;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures how fast a model is on this machine: without pruning in both precisions, as it is set,
 * its linear layers alone; and how threads that share it add up.
 */
public final class SpeedTest {

  private static final int SCALING_ROUNDS = 3;

  private final Bundle bundle;
  private final ModelSettings settings;
  private final boolean escalating;
  private final List<String> texts;
  private final int rounds;
  private final Clock clock;
  private final PrintStream progressStream;

  /**
   * A test.
   *
   * @param bundle a trained model or an encoder
   * @param settings how it is run; the bundle's own or changed where that needs no training
   * @param texts at least one
   * @param rounds how often everything is measured on each document
   * @param clock what one thread's times are
   * @param progressStream where progress is shown
   */
  public SpeedTest(
      Bundle bundle,
      ModelSettings settings,
      List<String> texts,
      int rounds,
      Clock clock,
      PrintStream progressStream) {
    this.bundle = bundle.labels().isEmpty() ? Heads.identity(bundle) : bundle;
    this.settings =
        new ModelSettings(
            settings.policy().withoutEscalation(),
            Precisions.fastestHere(settings.precision()),
            settings.longDocuments());
    this.escalating = settings.policy().escalation().isPresent();
    this.texts = texts;
    this.rounds = rounds;
    this.clock = clock;
    this.progressStream = progressStream;
  }

  /** Measures. */
  public SpeedReport run() {
    if (escalating) {
      progressStream.println(
          "ptc: escalation is left out: what it costs hangs on the documents; ptc sweep measures it");
    }
    Bundle unpruned = Baselines.unpruned(bundle);
    int maxTokens = bundle.config().maxPositions();
    Precision kind = settings.precision();
    boolean unlike = kind != Precision.FP32 && kind != Precisions.fastestHere(Precision.INT8);
    try (DocumentTokenizer tokenizer = new DocumentTokenizer(bundle.tokenizer());
        LoadedProgram fp32 = LoadedProgram.load(unpruned, unpruned(Precision.FP32));
        LoadedProgram int8 = LoadedProgram.load(unpruned, unpruned(Precision.INT8));
        LoadedProgram own = LoadedProgram.load(bundle, settings);
        LinearLayers linearFp32 = linear(maxTokens, Precision.FP32);
        LinearLayers linearInt8 = linear(maxTokens, Precision.INT8);
        LinearLayers linearOwn = unlike ? linear(maxTokens, kind) : null) {
      DocumentReader reader =
          new DocumentReader(
              settings.longDocuments(), maxTokens, tokenizer.start(), tokenizer.end());
      List<List<long[]>> documents =
          texts.stream().map(text -> reader.windows(tokenizer.wordPieces(text))).toList();

      Contest contest = new Contest(documents.size(), rounds);
      Timings fp32Timings = contest.add("unpruned fp32", d -> run(fp32, documents.get(d)));
      Timings int8Timings = contest.add("unpruned int8", d -> run(int8, documents.get(d)));
      boolean ownRow = unlike || !settings.policy().steps().isEmpty();
      Timings ownTimings =
          ownRow
              ? contest.add("this policy, " + kind.family(), d -> run(own, documents.get(d)))
              : kind == Precision.FP32 ? fp32Timings : int8Timings;
      Timings linearFp32Timings =
          contest.add("linear layers fp32", d -> run(linearFp32, documents.get(d)));
      Timings linearInt8Timings =
          contest.add("linear layers int8", d -> run(linearInt8, documents.get(d)));
      Timings linearOwnTimings =
          unlike
              ? contest.add("linear layers " + kind, d -> run(linearOwn, documents.get(d)))
              : kind == Precision.FP32 ? linearFp32Timings : linearInt8Timings;
      Timings tokenizing =
          contest.add("tokenising", d -> reader.windows(tokenizer.wordPieces(texts.get(d))));
      run(contest);

      Work work = new Work(documents, own, linearFp32);
      double linearFp32Rate = work.linear / linearFp32Timings.millis(clock);
      double linearInt8Rate = work.linear / linearInt8Timings.millis(clock);
      double linearOwnRate = work.linear / linearOwnTimings.millis(clock);
      Rows rows = new Rows(work, fp32Timings, int8Timings);
      rows.add(fp32Timings, work.dense, linearFp32Rate);
      rows.add(int8Timings, work.dense, linearInt8Rate);
      if (ownRow) {
        rows.add(ownTimings, work.own, linearOwnRate);
      }
      rows.add(linearFp32Timings, work.linear, linearFp32Rate);
      rows.add(linearInt8Timings, work.linear, linearInt8Rate);
      if (unlike) {
        rows.add(linearOwnTimings, work.linear, linearOwnRate);
      }

      List<Scaling> scaling =
          scaling(d -> run(own, reader.windows(tokenizer.wordPieces(texts.get(d)))));
      return new SpeedReport(
          Machine.current(),
          settings,
          documents.stream().map(SpeedTest::tokens).toList(),
          clock,
          fp32Timings.busy(),
          Baselines.lacksLayer(bundle),
          rows.list,
          tokenizing.millis(clock),
          scaling);
    }
  }

  private ModelSettings unpruned(Precision precision) {
    return new ModelSettings(PruningPolicy.NONE, precision, settings.longDocuments());
  }

  private LinearLayers linear(int maxTokens, Precision precision) {
    return LinearLayers.load(bundle.config().shape(), maxTokens, precision);
  }

  private void run(Contest contest) {
    try (ProgressLine progress =
        new ProgressLine(progressStream, "one thread", "documents", contest.size())) {
      contest.run(progress::update);
      progress.finish();
    }
  }

  private List<Scaling> scaling(Contest.Contender contender) {
    ThreadScaling scaling =
        new ThreadScaling(
            texts.size(), Math.min(rounds, SCALING_ROUNDS), Machine.current().cores());
    try (ProgressLine progress =
        new ProgressLine(progressStream, "threads", "documents", scaling.size())) {
      List<Scaling> result = scaling.run(contender, progress::update);
      progress.finish();
      return result;
    }
  }

  private static void run(LoadedProgram program, List<long[]> windows) {
    for (long[] window : windows) {
      program.run(List.of(window));
    }
  }

  private static void run(LinearLayers layers, List<long[]> windows) {
    for (long[] window : windows) {
      layers.run(window.length);
    }
  }

  private static int tokens(List<long[]> windows) {
    return windows.stream().mapToInt(window -> window.length).sum();
  }

  /** What a document takes on average: tokens, and FLOPs in three ways. */
  private final class Work {
    private final double tokens;
    private final double dense;
    private final double own;
    private final double linear;

    Work(List<List<long[]>> documents, LoadedProgram program, LinearLayers layers) {
      CostModel costs = new CostModel(bundle.config().shape(), settings.policy());
      double tokensRead = 0;
      double denseFlops = 0;
      double ownFlops = 0;
      double linearFlops = 0;
      for (List<long[]> windows : documents) {
        for (long[] window : windows) {
          tokensRead += window.length;
          denseFlops += costs.denseFlops(window.length);
          ownFlops += costs.flops(program.run(List.of(window)).work(0));
          linearFlops += layers.flops(window.length);
        }
      }
      this.tokens = tokensRead / documents.size();
      this.dense = denseFlops / documents.size();
      this.own = ownFlops / documents.size();
      this.linear = linearFlops / documents.size();
    }
  }

  private final class Rows {
    private final Work work;
    private final Timings fp32;
    private final Timings int8;
    private final List<SpeedRow> list = new ArrayList<>();

    Rows(Work work, Timings fp32, Timings int8) {
      this.work = work;
      this.fp32 = fp32;
      this.int8 = int8;
    }

    void add(Timings timings, double flops, double linearRate) {
      double millis = timings.millis(clock);
      list.add(
          new SpeedRow(
              timings.name(),
              millis,
              1e3 / millis,
              1e3 * work.tokens / millis,
              flops / millis / 1e6,
              flops / millis / linearRate,
              flops / work.dense,
              timings.timesAsFastAs(fp32, clock),
              timings.timesAsFastAs(int8, clock)));
    }
  }
}
