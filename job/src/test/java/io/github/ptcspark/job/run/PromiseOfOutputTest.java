package io.github.ptcspark.job.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.Promise;
import io.github.ptcspark.bundle.Provenance;
import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.job.output.ExistingOutput;
import io.github.ptcspark.spark.Audit;
import io.github.ptcspark.testing.Seed;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** A run repeats what was promised of its model, where that holds. */
public class PromiseOfOutputTest extends SparkTest {

  private static final String SENTENCE =
      "at least 97.5 % of documents like the sample's get the unpruned model's label (confidence"
          + " 90 %; 1,190 of 1,200 tested documents did, 2026-01-31, ptc 1.2)";

  @Rule public final TemporaryFolder folder = new TemporaryFolder();
  @Rule public final Seed seed = new Seed();

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @Test
  public void aPromiseThatHoldsIsRepeated() throws IOException {
    RunSummary summary = run(promising(), SettingsChanges.NONE);
    assertThat(summary.text()).contains("promise      " + SENTENCE + "\n");
    assertThat(said()).doesNotContain("promise");
    JsonNode promise = manifest().path("promise");
    assertThat(promise.path("holds").asBoolean()).isTrue();
    assertThat(promise.path("agreement").asDouble()).isEqualTo(0.975);
    assertThat(promise.path("sample_digest").asText()).isEqualTo("abc");
    assertThat(Files.readString(output().resolve("_ptc/report.html")))
        .contains("at least 97.5 % of documents");
  }

  @Test
  public void aPromiseThatDoesNotHoldIsNotRepeated() throws IOException {
    RunSummary summary = run(promising(), SettingsChanges.NONE.with(Precision.FP32));
    String reason = "it was tested in int8-by-document";
    assertThat(summary.text())
        .contains("promise      none for this run: " + reason + "\n")
        .doesNotContain("at least 97.5 %");
    assertThat(said())
        .contains("ptc: the model's promise does not hold in this run: " + reason + "\n");
    assertThat(manifest().at("/promise/holds").asBoolean(true)).isFalse();
    assertThat(Files.readString(output().resolve("_ptc/report.html")))
        .contains("none for this run: " + reason);
  }

  @Test
  public void ofAModelWithoutAPromiseNothingIsSaid() throws IOException {
    RunSummary summary = run(BundleFiles.of(TestModel.bundle(seed.value())), SettingsChanges.NONE);
    assertThat(summary.text()).doesNotContain("promise");
    assertThat(manifest().has("promise")).isFalse();
  }

  private BundleFiles promising() {
    Bundle bundle = TestModel.bundle(seed.value());
    BundleFiles files = BundleFiles.of(bundle);
    ModelSettings settings = bundle.settings().with(Precision.INT8_BY_DOCUMENT);
    Provenance provenance = bundle.provenance();
    Promise promise =
        new Promise(
            0.975,
            0.9,
            1200,
            10,
            "abc",
            "2026-01-31",
            "1.2",
            files.with(settings, provenance).digest());
    return files.with(settings, provenance.with(Optional.of(promise)));
  }

  private RunSummary run(BundleFiles model, SettingsChanges changes) {
    Path topics = Path.of(System.getProperty("samples.directory"), "topics", "test.jsonl");
    ClassifyOptions options =
        new ClassifyOptions(
            "model.bundle",
            changes,
            new CorpusOptions(
                List.of(topics.toString()),
                Optional.empty(),
                Optional.of("id"),
                Optional.empty(),
                List.of()),
            output().toString(),
            ExistingOutput.EXTEND,
            List.of(),
            Optional.empty(),
            1.0,
            Audit.NONE,
            false);
    return new ClassifyRun(
            spark(), model, options, new PrintStream(said, false, StandardCharsets.UTF_8))
        .run();
  }

  private JsonNode manifest() throws IOException {
    return new ObjectMapper().readTree(output().resolve("_ptc/manifest.json").toFile());
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  private Path output() {
    return folder.getRoot().toPath().resolve("out");
  }
}
