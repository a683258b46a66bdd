package io.github.ptcspark.bench;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.DocumentReader;
import io.github.ptcspark.inference.DocumentTokenizer;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.speed.Clock;
import io.github.ptcspark.job.speed.Machine;
import io.github.ptcspark.job.speed.Medians;
import io.github.ptcspark.job.speed.Scaling;
import io.github.ptcspark.job.speed.ThreadScaling;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** Compares the speed of bge-small here and in ONNX Runtime on the same documents in one run. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs the same documents in turn through ONNX Runtime and through ptc, with and without"
          + " pruning, on one thread; then one Spark task against two.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  bench/bin/compare --input data-samples/topics/test.jsonl",
      "  bench/bin/compare --input imdb/test.jsonl --documents 100 --rounds 7",
      "",
      "On a machine that others use too, and without Spark:",
      "  taskset -c 1 bench/bin/compare --input imdb/test.jsonl --clock cpu --parts engines"
    })
public final class Compare implements Callable<Integer> {

  /** What can be compared. */
  enum Part {
    /** ONNX Runtime and ptc on one thread. */
    ENGINES,
    /** ONNX Runtime with batches and without. */
    BATCHES,
    /** One Spark task and two. */
    SPARK
  }

  @Option(
      names = "--models",
      required = true,
      paramLabel = "DIR",
      description = "Where the jars of the models lie; bench/bin/compare fills it in.")
  private Path models;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "FILE",
      description = "JSON Lines with a field text.")
  private Path input;

  @Option(
      names = "--documents",
      paramLabel = "N",
      defaultValue = "60",
      description = "How many documents, from the beginning of the file (default: 60).")
  private int documents;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often to measure each document (default: 5).")
  private int rounds;

  @Option(
      names = "--clock",
      paramLabel = "CLOCK",
      defaultValue = "WALL",
      description =
          "What ratios are made of: wall, or cpu, processor time, on a machine that others use too"
              + " (default: wall).")
  private Clock clock;

  @Option(
      names = "--parts",
      split = ",",
      paramLabel = "PART",
      defaultValue = "engines,batches,spark",
      description = "engines, batches, spark (default: all).")
  private List<Part> parts;

  private Compare() {}

  /** Compares and ends the JVM. */
  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Compare())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(Compare::handle)
            .execute(arguments));
  }

  @Override
  public Integer call() {
    Models variants = new Models(models);
    List<String> texts = Documents.texts(input, documents);
    List<long[]> ids = ids(variants, texts);
    print("machine    %s%n", Machine.current());
    print(
        "documents  %d of %s: %.0f tokens on average, median %.0f, longest %d%n",
        ids.size(),
        input.getFileName(),
        ids.stream().mapToInt(document -> document.length).average().orElseThrow(),
        Medians.of(ids.stream().mapToDouble(document -> document.length).toArray()),
        ids.stream().mapToInt(document -> document.length).max().orElseThrow());
    if (parts.contains(Part.ENGINES)) {
      try (EngineComparison comparison =
          new EngineComparison(variants, models, ids, rounds, clock)) {
        print("model      bge-small-en-v1.5, ONNX Runtime %s%n", comparison.onnxRuntime());
        print("PTC        %s%n%n", variants.combining(Fuzzy.OFF, Scope.TOKENS));
        print("%s%n", comparison.run(System.err));
      }
    }
    if (parts.contains(Part.BATCHES)) {
      print("%s%n", new BatchComparison(models, ids, rounds, clock).run(System.err));
    }
    if (parts.contains(Part.SPARK)) {
      spark("unpruned int8", variants.classifier(PruningPolicy.NONE, Precision.INT8), texts);
      spark("unpruned fp32", variants.classifier(PruningPolicy.NONE, Precision.FP32), texts);
      spark(
          "PTC int8",
          variants.classifier(variants.combining(Fuzzy.OFF, Scope.TOKENS), Precision.INT8),
          texts);
    }
    return ExitCode.OK;
  }

  private void spark(String name, Bundle bundle, List<String> texts) {
    List<Scaling> bare = threads(bundle, texts);
    List<SparkTasks.Throughput> throughputs = new SparkTasks(bundle, texts, rounds).run();
    SparkTasks.Throughput one = throughputs.get(0);
    for (Scaling scaling : bare) {
      print(
          "no Spark, %-11s %d threads  %7.1f docs/s  %.3f times one%n",
          name, scaling.threads(), scaling.documents(), scaling.times());
    }
    for (SparkTasks.Throughput throughput : throughputs) {
      print(
          "Spark, %-14s local[%d]   %7.1f docs/s  %.3f times local[1], %.3f of as many threads"
              + " without Spark, %.2f ms processor time a document%n",
          name,
          throughput.tasks(),
          throughput.documents(),
          throughput.documents() / one.documents(),
          throughput.documents() / bare.get(throughput.tasks() - 1).documents(),
          throughput.cpuMillis());
    }
  }

  private List<Scaling> threads(Bundle bundle, List<String> texts) {
    try (Classifier classifier = new Classifier(bundle, bundle.settings())) {
      return new ThreadScaling(texts.size(), rounds, 2)
          .run(document -> classifier.classify(texts.get(document)), done -> {});
    }
  }

  private static List<long[]> ids(Models variants, List<String> texts) {
    try (DocumentTokenizer tokenizer = new DocumentTokenizer(variants.encoder().tokenizer())) {
      DocumentReader reader =
          new DocumentReader(
              LongDocuments.TRUNCATE,
              variants.encoder().config().maxPositions(),
              tokenizer.start(),
              tokenizer.end());
      return texts.stream().map(text -> reader.windows(tokenizer.wordPieces(text)).get(0)).toList();
    }
  }

  private static void print(String format, Object... arguments) {
    System.out.printf(Locale.ROOT, format, arguments);
    System.out.flush();
  }

  private static int handle(Exception failure, CommandLine command, ParseResult arguments)
      throws Exception {
    if (failure instanceof JobException || failure instanceof BundleException) {
      command.getErr().println("compare: " + failure.getMessage());
      return ExitCode.SOFTWARE;
    }
    throw failure;
  }
}
