package io.github.ptcspark.bench;

import io.github.ptcspark.bench.OperatorProfile.Part;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.LoadedProgram;
import io.github.ptcspark.inference.PreparedText;
import io.github.ptcspark.job.report.Lines;
import io.github.ptcspark.job.speed.Machine;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where the time of a document goes, by its length: from text to classification, one document a
 * call, on one thread; and what Spark adds.
 */
public final class Profile {

  private static final int[] LENGTHS = {24, 64, 128, 256, 512};
  private static final int TEXTS = 60;
  private static final long NANOS = 1_500_000_000L;
  private static final int PROFILED = 20;

  /** Documents after which Java runs compiled. */
  private static final int WARM_UP = 2000;

  private final Bundle bundle;
  private final String[] words;

  /** Microseconds, by length. */
  private final Map<String, double[]> rows = new LinkedHashMap<>();

  private Profile(Bundle bundle, List<String> texts) {
    this.bundle = bundle;
    this.words = String.join(" ", texts).split("\\s+", -1);
  }

  /**
   * Measures and prints.
   *
   * @param arguments the directory of models, a JSON Lines file with a field text, a policy and a
   *     precision
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 4) {
      System.err.println("Usage: Profile MODELS INPUT none|tokens|combining int8|fp32|bf16");
      System.exit(2);
    }
    Models models = new Models(Path.of(arguments[0]));
    Precision precision = Precision.valueOf(arguments[3].toUpperCase(Locale.ROOT));
    Bundle bundle = models.classifier(models.policy(arguments[2]), precision);
    Profile profile = new Profile(bundle, Documents.texts(Path.of(arguments[1]), TEXTS));
    profile.measure();
    System.out.print(profile.table());
  }

  private void measure() throws IOException {
    try (Classifier classifier = new Classifier(bundle, bundle.settings());
        LoadedProgram program = LoadedProgram.load(bundle, bundle.settings())) {
      for (int i = 0; i < WARM_UP; i++) {
        classifier.classify("the");
      }
      for (int i = 0; i < LENGTHS.length; i++) {
        String text = text(classifier, LENGTHS[i]);
        PreparedText prepared = classifier.prepare(text);
        Runnable call = () -> program.run(prepared.windows());
        double[] micros =
            inTurn(() -> classifier.classify(text), () -> classifier.prepare(text), call);
        set("a document", i, micros[0]);
        set("Spark, beside these", i, new SparkRows(text).micros());
        set("tokenizer", i, micros[1]);
        set("Java: windows, results", i, Math.max(0, micros[0] - micros[1] - micros[2]));
        profile(call, i, micros[2]);
      }
    }
  }

  private void profile(Runnable call, int i, double micros) throws IOException {
    double[] around = new double[1];
    OperatorProfile profile =
        OperatorProfile.of(
            () -> {
              long start = System.nanoTime();
              call.run();
              around[0] += (System.nanoTime() - start) / 1e3;
            },
            PROFILED);
    double calls = (around[0] - profile.inside()) / PROFILED;
    set("JNI: lists in and out", i, calls);
    // The profiler makes all calls longer; the parts are shown as shares of a call without it.
    for (Part part : Part.values()) {
      set(part.title(), i, profile.micros(part) / profile.inside() * (micros - calls));
    }
  }

  /** Words from the beginning of the texts, as many as make so many tokens or one or two less. */
  private String text(Classifier classifier, int tokens) {
    int low = 1;
    int high = words.length;
    while (low < high) {
      int middle = (low + high + 1) / 2;
      if (classifier.prepare(first(middle)).wordPieces() + 2 <= tokens) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return first(low);
  }

  private String first(int count) {
    return String.join(" ", Arrays.copyOf(words, count));
  }

  /** Medians of the processor time of this thread, in microseconds; first times do not count. */
  private static double[] inTurn(Runnable... contenders) {
    double[][] micros = new double[contenders.length][0];
    long start = System.nanoTime();
    for (int round = -3; round < 5 || System.nanoTime() - start < NANOS; round++) {
      for (int c = 0; c < contenders.length; c++) {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        contenders[c].run();
        long spent = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
        if (round >= 0) {
          micros[c] = Arrays.copyOf(micros[c], round + 1);
          micros[c][round] = spent / 1e3;
        }
      }
    }
    return Arrays.stream(micros)
        .mapToDouble(times -> Arrays.stream(times).sorted().toArray()[times.length / 2])
        .toArray();
  }

  private void set(String title, int i, double value) {
    rows.computeIfAbsent(title, absent -> new double[LENGTHS.length])[i] = value;
  }

  private Lines table() {
    Lines lines = new Lines();
    lines.add(
        "bge-small, %s, %s, on one thread of %s; microseconds",
        bundle.settings().policy(), bundle.settings().precision(), Machine.current().processor());
    lines.add("%-28s%s", "tokens", cells(Arrays.stream(LENGTHS).asDoubleStream().toArray()));
    rows.forEach((title, values) -> lines.add("%-28s%s", title, cells(values)));
    double[] inside = new double[LENGTHS.length];
    double[] rates = new double[LENGTHS.length];
    for (int i = 0; i < LENGTHS.length; i++) {
      for (Part part : Part.values()) {
        inside[i] += rows.get(part.title())[i];
      }
      inside[i] *= 100 / (rows.get("a document")[i] + rows.get("Spark, beside these")[i]);
      rates[i] = operations() * LENGTHS[i] / rows.get(Part.PRODUCTS.title())[i] / 1e3;
    }
    lines.add("%-28s%s", "% of it in the native call", cells(inside));
    if (bundle.settings().policy().equals(PruningPolicy.NONE)) {
      lines.add("%-28s%s", "GOP/s of the products", cells(rates));
    }
    return lines;
  }

  private static String cells(double[] values) {
    StringBuilder cells = new StringBuilder();
    for (double value : values) {
      cells.append(String.format(Locale.ROOT, "%10.0f", value));
    }
    return cells.toString();
  }

  /** Of the linear layers, a token. */
  private double operations() {
    EncoderShape shape = bundle.config().shape();
    double hidden = shape.hidden();
    return 2 * shape.layers() * (4 * hidden * hidden + 2 * hidden * shape.intermediate());
  }
}
