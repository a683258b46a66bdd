package io.github.ptcspark.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.testing.TestModel;
import org.apache.spark.api.plugin.PluginContext;
import org.junit.Test;

public class InferenceMetricsTest {

  private final MetricRegistry registry = new MetricRegistry();

  @Test
  public void whatIsClassifiedIsCounted() {
    InferenceMetrics.register(registry);
    long documents = registry.counter("documents").getCount();
    long rejected = registry.counter("rejected").getCount();
    long tokens = registry.counter("tokens_read").getCount();
    long kept = registry.counter("tokens_kept").getCount();
    long measured = registry.histogram("document_micros").getCount();
    try (Classifier classifier =
        new Classifier(TestModel.poisoned(1), TestModel.bundle(1).settings())) {
      Outcome good = Outcome.of(classifier, "the cat in the garden of the house");
      Outcome.of(classifier, "the " + TestModel.POISON + " in the garden");
      Outcome.rejected(Reject.MALFORMED_RECORD.error("no record"), 0);

      assertThat(registry.counter("documents").getCount() - documents).isEqualTo(3);
      assertThat(registry.counter("rejected").getCount() - rejected).isEqualTo(2);
      assertThat(registry.counter("tokens_read").getCount() - tokens)
          .isEqualTo(good.classification().statistics().tokensRead());
      assertThat(registry.counter("tokens_kept").getCount() - kept)
          .isEqualTo(good.classification().tokensKept());
      assertThat(registry.histogram("document_micros").getCount() - measured).isEqualTo(1);
    }
  }

  @Test
  public void thePluginRegistersThem() {
    PluginContext context = new FakePluginContext(registry);
    new MetricsPlugin().executorPlugin().init(context, java.util.Map.of());
    assertThat(registry.getNames())
        .contains("documents", "document_micros", "model_load_seconds", "models", "resident_bytes");
    assertThat((Long) registry.getGauges().get("resident_bytes").getValue()).isPositive();
  }
}
