package io.github.ptcspark.bench;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.importing.ModelImporter;
import io.github.ptcspark.inference.StepSettings;
import io.github.ptcspark.inference.TrainingPrecision;
import io.github.ptcspark.inference.TrainingProgram;
import io.github.ptcspark.job.report.Lines;
import io.github.ptcspark.job.speed.Machine;
import io.github.ptcspark.job.train.InitialWeights;
import io.github.ptcspark.pruning.PruningPolicy;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Tokens that a core trains a second, in turn with what three forward passes of the same documents
 * would allow: the backward pass has twice the products of the forward pass. MiniLM, without
 * pruning, in the batches that training makes by default.
 */
public final class TrainingSpeed {

  private static final int ROUNDS = 7;
  private static final StepSettings SETTINGS = new StepSettings(1e-5, 0.01, 1, 0.1);

  private TrainingSpeed() {}

  /**
   * Measures and prints.
   *
   * @param arguments the directory of models
   */
  public static void main(String[] arguments) {
    Bundle encoder = ModelImporter.importFrom("minilm", Path.of(arguments[0]));
    ModelSettings settings =
        new ModelSettings(PruningPolicy.NONE, Precision.FP32, LongDocuments.TRUNCATE);
    Bundle bundle = InitialWeights.of(encoder, List.of("a", "b"), settings, 1);
    Lines text = new Lines();
    text.add("MiniLM on one thread of %s: tokens a second", Machine.current().processor());
    text.add(
        "%-24s %14s %14s %14s",
        "documents x tokens", "3 forward", "training fp32", "training bf16");
    try (TrainingProgram fp32 = TrainingProgram.load(bundle, TrainingPrecision.FP32, 1);
        TrainingProgram bf16 = TrainingProgram.load(bundle, TrainingPrecision.BF16, 1)) {
      for (int length : new int[] {24, 128, 256}) {
        List<long[]> documents = documents(Math.min(16, 2048 / length), length);
        int[] labels = IntStream.range(0, documents.size()).map(d -> d % 2).toArray();
        double[] seconds =
            inTurn(
                () -> fp32.run(documents),
                () -> fp32.step(documents, labels, SETTINGS),
                () -> bf16.step(documents, labels, SETTINGS));
        double tokens = documents.size() * (double) length;
        text.add(
            "%-24s %14.0f %14.0f %14.0f",
            documents.size() + " x " + length,
            tokens / seconds[0] / 3,
            tokens / seconds[1],
            tokens / seconds[2]);
      }
    }
    System.out.print(text);
  }

  private static List<long[]> documents(int count, int length) {
    Random random = new Random(1);
    List<long[]> documents = new ArrayList<>();
    for (int d = 0; d < count; d++) {
      long[] ids = random.longs(length, 1996, 29000).toArray();
      ids[0] = 101;
      ids[length - 1] = 102;
      documents.add(ids);
    }
    return documents;
  }

  /** Medians of the processor time of this thread, in seconds; the first round is not counted. */
  private static double[] inTurn(Runnable... contenders) {
    double[][] seconds = new double[contenders.length][ROUNDS];
    for (int round = -1; round < ROUNDS; round++) {
      for (int c = 0; c < contenders.length; c++) {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        contenders[c].run();
        long spent = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
        if (round >= 0) {
          seconds[c][round] = spent / 1e9;
        }
      }
    }
    return Arrays.stream(seconds)
        .mapToDouble(times -> Arrays.stream(times).sorted().toArray()[ROUNDS / 2])
        .toArray();
  }
}
