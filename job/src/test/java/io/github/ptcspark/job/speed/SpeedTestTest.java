package io.github.ptcspark.job.speed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import io.github.ptcspark.testing.Policies;
import io.github.ptcspark.testing.RandomBundles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import org.junit.Test;

/** The report is complete and consistent; how fast anything was does not matter here. */
public class SpeedTestTest {

  private static final EncoderShape SHAPE = new EncoderShape(4, 32, 4, 64);

  @Test
  public void measuresATrainedModel() throws IOException {
    ModelSettings settings =
        new ModelSettings(
            Policies.ptc(0.7, Fuzzy.OFF, Scope.TOKENS, 2, 1, 3, 4, 8),
            Precision.INT8,
            LongDocuments.WINDOWS);
    Bundle bundle = RandomBundles.bundle(1, SHAPE, 40, List.of("a", "b"), Pooling.MEAN, settings);
    List<String> texts = List.of("the cat is in the house ".repeat(8), "the river");
    SpeedReport report = run(bundle, settings, texts);

    assertThat(report.rows())
        .extracting(SpeedRow::name)
        .containsExactly(
            "unpruned fp32",
            "unpruned int8",
            "this policy, int8",
            "linear layers fp32",
            "linear layers int8");
    assertThat(report.tokens()).containsExactly(2 * 40, 4);
    assertThat(report.rows().get(0).cost()).isEqualTo(1);
    assertThat(report.rows().get(2).cost()).isLessThan(1);
    assertThat(report.rows().get(3).linearShare()).isEqualTo(1);
    assertThat(report.rows().get(0).timesFp32()).isEqualTo(1);
    assertThat(report.rows()).allMatch(row -> row.documents() > 0 && row.gigaflops() > 0);

    String text = report.text(Optional.of(new Sizing(1_000_000, 8)));
    assertThat(text).contains("this policy, int8", "1,000,000 documents in 8.0 hours need");
    JsonNode json = new ObjectMapper().readTree(report.json(Optional.of(new Sizing(1000, 8))));
    assertThat(json.path("one_thread")).hasSize(5);
    assertThat(json.path("cores").asLong()).isEqualTo(1);
    assertThat(json.path("threads").path(0).path("threads").asInt()).isEqualTo(1);
  }

  @Test
  public void measuresAnEncoderWithoutPruning() {
    Bundle bundle = RandomBundles.bundle(1, SHAPE, List.of(), Pooling.MEAN, RandomBundles.PLAIN);
    SpeedReport report = run(bundle, RandomBundles.PLAIN, List.of("the cat is good"));
    assertThat(report.rows())
        .extracting(SpeedRow::name)
        .containsExactly(
            "unpruned fp32", "unpruned int8", "linear layers fp32", "linear layers int8");
  }

  private static SpeedReport run(Bundle bundle, ModelSettings settings, List<String> texts) {
    PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true);
    return new SpeedTest(bundle, settings, texts, 1, Clock.WALL, nowhere).run();
  }
}
