package io.github.ptcspark.job.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.job.output.ExistingOutput;
import io.github.ptcspark.job.testing.PromisingModel;
import io.github.ptcspark.pruning.methods.PolicyText;
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
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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
    RunSummary summary = run(PromisingModel.files(seed.value(), 0.975), SettingsChanges.NONE);
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
    RunSummary summary =
        run(PromisingModel.files(seed.value(), 0.975), SettingsChanges.NONE.with(Precision.FP32));
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

  /** Of a random model pruning changes more labels than one in a thousand. */
  @Test
  public void anAuditShowsThatAPromiseIsBroken() throws IOException {
    RunSummary summary =
        run(PromisingModel.files(21, 0.999), SettingsChanges.NONE, new Audit(1), true);
    Dataset<Row> rows = spark().read().parquet(output().toString());
    long audited = rows.where("audit_label is not null").count();
    long agreeing = rows.where("audit_label = label").count();
    assertThat(audited).isEqualTo(66);
    assertThat(agreeing).isLessThan(64);
    assertThat(summary.brokenPromise()).isTrue();
    assertThat(summary.text())
        .containsPattern(
            "audit        %s of 66 documents read at full cost too got the same label: [0-9.]+ %%"
                    .formatted(agreeing)
                + " \\(95 % interval [0-9.]+ % to [0-9.]+ %\\)");
    assertThat(said())
        .contains(
            "ptc: the model's promise no longer holds: %s of 66 audited documents of this output got"
                    .formatted(audited - agreeing)
                + " another label than at full cost, where 0.1 % may; calibrate anew");
    JsonNode audit = manifest().path("audit");
    assertThat(audit.path("documents").asLong()).isEqualTo(66);
    assertThat(audit.path("disagreements").asLong()).isEqualTo(66 - agreeing);
    assertThat(audit.path("promise_holds").asBoolean(true)).isFalse();
    assertThat(audit.path("log_evidence").asDouble()).isGreaterThan(3);
    assertThat(manifest().at("/promise/holds").asBoolean(true)).isFalse();
    assertThat(Files.readString(output().resolve("_ptc/report.html")))
        .contains("promise no longer holds")
        .doesNotContain("get the unpruned model");

    RunSummary nothingNew =
        run(PromisingModel.files(21, 0.999), SettingsChanges.NONE, new Audit(1), true);
    assertThat(nothingNew.text()).contains("audit        no document was drawn");
    assertThat(nothingNew.brokenPromise()).as("of the output").isTrue();
    RunSummary withoutAudit =
        run(PromisingModel.files(21, 0.999), SettingsChanges.NONE, Audit.NONE, false);
    assertThat(withoutAudit.brokenPromise()).isTrue();
    assertThat(withoutAudit.text())
        .contains(
            "promise      the model's promise no longer holds", "audit        none in this run");
  }

  @Test
  public void anAuditWithoutAPromiseIsAnInterval() throws IOException {
    RunSummary summary =
        run(
            BundleFiles.of(TestModel.bundle(seed.value())),
            SettingsChanges.NONE,
            new Audit(0.5),
            false);
    assertThat(summary.brokenPromise()).isFalse();
    assertThat(summary.counts().audited()).isBetween(10L, 56L);
    assertThat(manifest().at("/audit/documents").asLong()).isEqualTo(summary.counts().audited());
    assertThat(manifest().path("audit").has("promise_holds")).isFalse();
  }

  /** The first of these random models has more than one label to give. */
  @Test
  public void anAuditAsksTheFullModel() throws IOException {
    BundleFiles other = BundleFiles.of(TestModel.bundle(1));
    run(
        BundleFiles.of(TestModel.bundle(5)).withFull(other),
        SettingsChanges.NONE,
        new Audit(1),
        false);
    Path labelledByOther = folder.getRoot().toPath().resolve("other");
    run(
        labelledByOther,
        other.with(
            new SettingsChanges(
                    Optional.of(PolicyText.parse("combining")), Optional.empty(), Optional.empty())
                .applyTo(other.parse()),
            other.parse().provenance()),
        SettingsChanges.NONE,
        Audit.NONE,
        false);
    Dataset<Row> audited = spark().read().parquet(output().toString()).select("id", "audit_label");
    Dataset<Row> expected =
        spark().read().parquet(labelledByOther.toString()).select("id", "label");
    assertThat(audited.count()).isEqualTo(66);
    assertThat(audited.except(expected).count()).isZero();
    Dataset<Row> own = spark().read().parquet(output().toString()).select("id", "label");
    assertThat(own.except(expected).count()).as("the models differ").isPositive();
  }

  @Test
  public void aRunWithoutAPromiseIsRefusedWhereOneIsWanted() {
    assertThatThrownBy(
            () ->
                run(
                    PromisingModel.files(seed.value(), 0.975),
                    SettingsChanges.NONE.with(Precision.FP32),
                    Audit.NONE,
                    true))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot classify model.bundle with a promise: it was tested in int8-by-document");
    assertThatThrownBy(
            () ->
                run(
                    BundleFiles.of(TestModel.bundle(seed.value())),
                    SettingsChanges.NONE,
                    Audit.NONE,
                    true))
        .hasMessage(
            "Cannot classify model.bundle with a promise: the model has none; ptc calibrate makes"
                + " one");
    assertThat(output()).doesNotExist();
  }

  private RunSummary run(BundleFiles model, SettingsChanges changes) {
    return run(model, changes, Audit.NONE, false);
  }

  private RunSummary run(BundleFiles model, SettingsChanges changes, Audit audit, boolean strict) {
    return run(output(), model, changes, audit, strict);
  }

  private RunSummary run(
      Path output, BundleFiles model, SettingsChanges changes, Audit audit, boolean strict) {
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
            output.toString(),
            ExistingOutput.EXTEND,
            List.of(),
            Optional.empty(),
            1.0,
            audit,
            strict);
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
