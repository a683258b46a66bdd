package io.github.ptcspark.job.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.Quantile;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.SparkTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class TuneTest extends SparkTest {

  private static final EncoderShape SHAPE = new EncoderShape(2, 32, 4, 64);

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  /** Of a clock by which everything takes shorter than what was before. */
  private double clockCalls;

  private final Bundle encoder =
      RandomBundles.bundle(3, SHAPE, List.of(), Pooling.MEAN, RandomBundles.PLAIN);

  @Test
  public void theGridIsOverLengthQuantileAndLayer() {
    List<PruningPolicy> grid = Tune.grid(PruningPolicy.NONE, new EncoderShape(12, 32, 4, 64));
    assertThat(grid).hasSize(27).doesNotHaveDuplicates();
    assertThat(grid)
        .allSatisfy(
            policy -> assertThat(policy.steps()).singleElement().isInstanceOf(Quantile.class));
    assertThat(grid.get(0).toString()).contains("min-length=8", "quantile=0.3", "layer=4");
    assertThat(grid.get(26).toString()).contains("min-length=32", "quantile=0.7", "layer=7");
    assertThat(Tune.grid(PruningPolicy.NONE, SHAPE)).hasSize(9);
  }

  @Test
  public void theFirstSettingThatLosesNoMoreThanAllowedIsChosen() throws IOException {
    TuneFigures found = tune(0);
    List<PruningPolicy> fastest = new ArrayList<>(Tune.grid(PruningPolicy.NONE, SHAPE));
    Collections.reverse(fastest);
    List<TuneFigures.Setting> tested = found.tested();
    assertThat(tested.stream().map(TuneFigures.Setting::policy))
        .containsExactlyElementsOf(fastest.subList(0, tested.size()));
    assertThat(found.chosen().lost()).isLessThanOrEqualTo(0);
    assertThat(tested.subList(0, tested.size() - 1))
        .allSatisfy(setting -> assertThat(setting.lost()).isGreaterThan(0));
    assertThat(found.settings().policy()).isEqualTo(PruningPolicy.NONE);
    assertThat(found.tasks()).hasSize(2).first().asString().contains("2 classes, 6 examples,");
    assertThat(found.onUnseen().accuracyUnpruned()).isBetween(0.5, 1.0);
    assertThat(TuneText.table(found))
        .contains("accuracy of 20 other documents")
        .contains("policy       --policy \"" + found.chosen().policy());
  }

  @Test
  public void aTaskOfOneClassIsRefused() throws IOException {
    String one =
        file(
            "one.jsonl",
            "{\"text\": \"a\", \"label\": \"x\"}\n{\"text\": \"b\", \"label\": \"x\"}\n");
    assertThatThrownBy(() -> tune(List.of(one), one, 0.01))
        .isInstanceOf(JobException.class)
        .hasMessageContaining(
            "all documents have the label \"x\", at least two classes are needed");
  }

  private TuneFigures tune(double allowed) throws IOException {
    return tune(
        List.of(task("first.jsonl", 1, "cat", "film"), task("second.jsonl", 2, "river", "music")),
        task("unseen.jsonl", 3, "dog", "house"),
        allowed);
  }

  private TuneFigures tune(List<String> tasks, String unseen, double allowed) {
    TuneOptions options =
        new TuneOptions(
            "model",
            tasks.stream().map(TuneTest::options).toList(),
            options(unseen),
            3,
            20,
            allowed,
            1);
    return new Tune(
            spark(),
            encoder,
            RandomBundles.PLAIN.with(Precision.INT8),
            options,
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            () -> Math.round(1e9 * Math.sqrt(clockCalls++)))
        .run();
  }

  private static CorpusOptions options(String file) {
    return new CorpusOptions(
        List.of(file), Optional.empty(), Optional.empty(), Optional.empty(), List.of("label"));
  }

  /** Two classes that differ in a word which is among some thirty others. */
  private String task(String name, long seed, String... classes) throws IOException {
    Random random = new Random(seed);
    StringBuilder lines = new StringBuilder();
    for (int n = 0; n < 30; n++) {
      StringBuilder text = new StringBuilder();
      for (int word = 0; word < 36; word++) {
        text.append(
                word % 3 == 0
                    ? classes[n % 2]
                    : RandomBundles.WORDS.get(random.nextInt(RandomBundles.WORDS.size())))
            .append(' ');
      }
      lines.append(
          "{\"text\": \"%s\", \"label\": \"%s\"}%n".formatted(text, "class of " + classes[n % 2]));
    }
    return file(name, lines.toString());
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(folder.getRoot().toPath().resolve(name), content).toString();
  }
}
