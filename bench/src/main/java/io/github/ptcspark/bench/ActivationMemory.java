package io.github.ptcspark.bench;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.Classifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Measures how much more memory than the loaded model takes this process needs to classify one
 * document of 512 tokens.
 *
 * <p>The document is the first long one of a process: what PyTorch frees, it keeps for the next. So
 * every policy wants a process of its own, whose heap is in memory from the start.
 */
public final class ActivationMemory {

  private static final Path STATUS = Path.of("/proc/self/status");

  /** Writing 5 to it makes the memory that is resident now the peak. */
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");

  private static final int SHORT_DOCUMENTS = 200;

  private ActivationMemory() {}

  /**
   * Measures and prints one number, in bytes.
   *
   * @param arguments the directory of models, a policy and a precision
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3) {
      System.err.println("Usage: ActivationMemory MODELS POLICY PRECISION");
      System.exit(2);
    }
    Models models = new Models(Path.of(arguments[0]));
    Precision precision = Precision.valueOf(arguments[2].toUpperCase(Locale.ROOT));
    Bundle bundle = models.classifier(models.policy(arguments[1]), precision);
    try (Classifier classifier = new Classifier(bundle, bundle.settings())) {
      // Brings code and libraries into memory, with activations of a hundredth of the size.
      for (int i = 0; i < SHORT_DOCUMENTS; i++) {
        classifier.classify("the river");
      }
      Files.writeString(CLEAR, "5");
      long before = kilobytes("VmRSS");
      int tokens = classifier.classify("the river ".repeat(400)).statistics().tokensRead();
      long peak = kilobytes("VmHWM");
      if (tokens != 512) {
        throw new IllegalStateException(
            "Cannot measure: the document has %s tokens".formatted(tokens));
      }
      System.out.println((peak - before) * 1024);
    }
  }

  private static long kilobytes(String key) throws IOException {
    String line =
        Files.readAllLines(STATUS).stream()
            .filter(candidate -> candidate.startsWith(key + ":"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", ""));
  }
}
