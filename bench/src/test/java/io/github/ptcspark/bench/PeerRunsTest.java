package io.github.ptcspark.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.job.JobException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class PeerRunsTest {

  private static final PeerRuns.Key ONE = new PeerRuns.Key("imdb", "ptc, int8, \"one\"", 40, 0);
  private static final PeerRuns.Key TWO = new PeerRuns.Key("imdb", "DJL, bf16", 40, 1);

  @Rule public final TemporaryFolder temporary = new TemporaryFolder();

  private Path file;

  @Before
  public void nameFile() {
    file = temporary.getRoot().toPath().resolve("runs.jsonl");
  }

  @Test
  public void aStoppedComparisonGoesOn() {
    PeerRuns.of(file, "this").add(ONE, new Usage(0, 12.5, 1L << 33));
    PeerRuns again = PeerRuns.of(file, "this");
    assertThat(again.find(ONE)).contains(new Usage(0, 12.5, 1L << 33));
    assertThat(again.find(TWO)).isEmpty();
  }

  @Test
  public void anotherComparisonBeginsAnew() {
    PeerRuns.of(file, "this").add(ONE, new Usage(0, 12.5, 1));
    assertThat(PeerRuns.of(file, "that").find(ONE)).isEmpty();
    assertThat(PeerRuns.of(file, "this").find(ONE)).isEmpty();
  }

  @Test
  public void onlyWhatIsForgottenIsGone() {
    PeerRuns runs = PeerRuns.of(file, "this");
    runs.add(ONE, new Usage(0, 1, 1));
    runs.add(TWO, new Usage(0, 2, 2));
    runs.forget(variant -> variant.startsWith("ptc"));
    PeerRuns again = PeerRuns.of(file, "this");
    assertThat(again.find(ONE)).isEmpty();
    assertThat(again.find(TWO)).contains(new Usage(0, 2, 2));
  }

  @Test
  public void usageOfAllProcesses() throws IOException {
    Files.writeString(
        file,
        "{\"exit_code\": 3, \"user_seconds\": 1.5, \"system_seconds\": 0.25, \"peak_bytes\": 7}");
    assertThat(Usage.read(file)).isEqualTo(new Usage(3, 1.75, 7));
    Files.writeString(file, "{\"exit_code\": 3}");
    assertThatThrownBy(() -> Usage.read(file))
        .isInstanceOf(JobException.class)
        .hasMessage("Cannot read %s: it has no number user_seconds", file);
  }

  @Test
  public void startUpCancelsOut() {
    PeerSample sample = new PeerSample(Collections.nCopies(50, "text"), 10, 500);
    assertThat(sample.millis(new Usage(0, 7, 1), new Usage(0, 9, 1))).isCloseTo(50, within(1e-9));
  }

  @Test
  public void batchesOfLikeLengthKeepTheOrder() {
    List<String> documents = List.of("four", "a", "three", "bb", "six six");
    List<List<String>> batches = new ArrayList<>();
    List<String> results =
        LengthBatches.apply(
            documents,
            2,
            String::length,
            batch -> {
              batches.add(batch);
              return batch.stream().map(text -> text + "!").toList();
            });
    assertThat(results).containsExactly("four!", "a!", "three!", "bb!", "six six!");
    assertThat(batches)
        .containsExactly(List.of("a", "bb"), List.of("four", "three"), List.of("six six"));
  }

  @Test
  public void processorsWithBf16() {
    assertThat(PeerCatalog.computesBf16(List.of("fpu", "avx512_bf16"))).isTrue();
    assertThat(PeerCatalog.computesBf16(List.of("fpu", "amx_bf16", "amx_tile"))).isTrue();
    assertThat(PeerCatalog.computesBf16(List.of("fpu", "avx512f", "avx512_vnni"))).isFalse();
  }

  @Test
  public void logitsOfScores() {
    // softmax(1, 2, 6) with any constant added gives the logits less their mean, 3.
    double sum = Math.exp(1) + Math.exp(2) + Math.exp(6);
    float[] scores = {
      (float) (Math.exp(1) / sum), (float) (Math.exp(2) / sum), (float) (Math.exp(6) / sum)
    };
    assertThat(PeerVectors.logits(scores)).containsExactly(new float[] {-2, -1, 3}, within(1e-5f));
  }
}
