package io.github.ptcspark.spark;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Histogram;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.UniformReservoir;
import io.github.ptcspark.inference.Classification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this JVM has classified since it started, for Spark's metrics system. Tasks that are tried
 * again count again: true totals come from what was written.
 */
final class InferenceMetrics {

  private static final Path STATUS = Path.of("/proc/self/status");

  private static final Counter DOCUMENTS = new Counter();
  private static final Counter REJECTED = new Counter();
  private static final Counter TOKENS = new Counter();
  private static final Counter TOKENS_KEPT = new Counter();
  private static final Histogram MICROSECONDS = new Histogram(new UniformReservoir());

  private static volatile double loadSeconds;

  private InferenceMetrics() {}

  /** Makes the metrics known under {@code documents}, {@code rejected} and so on. */
  static void register(MetricRegistry registry) {
    registry.register("documents", DOCUMENTS);
    registry.register("rejected", REJECTED);
    registry.register("tokens_read", TOKENS);
    registry.register("tokens_kept", TOKENS_KEPT);
    registry.register("document_micros", MICROSECONDS);
    registry.register("model_load_seconds", (Gauge<Double>) () -> loadSeconds);
    registry.register("models", (Gauge<Integer>) ClassifierCache::size);
    registry.register("resident_bytes", (Gauge<Long>) InferenceMetrics::residentBytes);
  }

  static void labelled(Classification result, double millis) {
    DOCUMENTS.inc();
    TOKENS.inc(result.statistics().tokensRead());
    TOKENS_KEPT.inc(result.tokensKept());
    MICROSECONDS.update(Math.round(1000 * millis));
  }

  static void rejected() {
    DOCUMENTS.inc();
    REJECTED.inc();
  }

  static void loaded(double seconds) {
    loadSeconds = seconds;
  }

  /** Memory of the process, the model and PyTorch included; 0 where the system does not tell. */
  private static long residentBytes() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("VmRSS:")) {
          return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (IOException e) {
      // No such file: not Linux.
    }
    return 0;
  }
}
