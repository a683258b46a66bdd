package io.github.ptcspark.job.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.Assume.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.inference.Precisions;
import io.github.ptcspark.inference.Processor;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.job.output.ExistingOutput;
import io.github.ptcspark.spark.Audit;
import io.github.ptcspark.spark.ProcessorSurvey;
import io.github.ptcspark.spark.ProcessorSurvey.Executor;
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
import java.util.Set;
import org.apache.spark.sql.Row;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** All rows of an output are computed in one precision, wherever the runs were that added to it. */
public class PrecisionOfOutputTest extends SparkTest {

  private static final Executor OLD =
      new Executor(Optional.of("old.host"), new Processor("Old", Set.of("avx2")));
  private static final Executor NEW =
      new Executor(Optional.of("new.host"), new Processor("New", Set.of("avx512_vnni")));

  @Rule public final TemporaryFolder folder = new TemporaryFolder();
  @Rule public final Seed seed = new Seed();

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private Path input;
  private BundleFiles model;

  @Before
  public void prepare() throws IOException {
    model = BundleFiles.of(TestModel.bundle(seed.value()));
    input = folder.newFolder("input").toPath();
    add("first.jsonl", 0, 20);
  }

  @Test
  public void autoIsTheFastestOfThisProcessor() throws IOException {
    Processor processor = Processor.current();
    Precision fastest = Precisions.fastest(Precision.AUTO, List.of(processor));
    RunSummary summary = run("out", Precision.AUTO, ProcessorSurvey.of(spark().sparkContext()));

    assertThat(summary.settings().precision()).isEqualTo(fastest);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .startsWith("ptc: precision %s; %s%n".formatted(fastest, processor.text()));
    JsonNode manifest =
        new ObjectMapper().readTree(out("out").resolve("_ptc/manifest.json").toFile());
    assertThat(manifest.at("/model/precision").asText()).isEqualTo(fastest.family().toString());
    assertThat(manifest.at("/model/arithmetic").asText()).isEqualTo(fastest.toString());
    assertThat(manifest.at("/run/processors").asText()).isEqualTo(processor.text());
    assertThat(Files.readString(out("out").resolve("_ptc/report.html")))
        .contains(fastest.toString(), "processors");
  }

  @Test
  public void mixedExecutorsGetWhatAllOfThemHave() {
    RunSummary summary = run("out", Precision.AUTO, survey(NEW, OLD));
    assertThat(summary.settings().precision()).isEqualTo(Precision.INT8_BY_DOCUMENT);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .startsWith(
            "ptc: precision int8-by-document; 1 executor on New (AVX-512 VNNI), 1 executor on Old"
                .formatted());
  }

  /** Begun without VNNI, taken up with it, and all at once: the same bits. */
  @Test
  public void whatOldProcessorsBeganNewOnesGoOnWith() throws IOException {
    assumeNew();
    run("grown", Precision.AUTO, survey(OLD));
    add("second.jsonl", 20, 40);
    RunSummary more = run("grown", Precision.AUTO, survey(NEW));
    assertThat(more.settings().precision()).isEqualTo(Precision.INT8_BY_DOCUMENT);
    assertThat(more.counts().documents()).isEqualTo(20);

    run("whole", Precision.INT8_BY_DOCUMENT, survey(NEW));
    assertThat(rows("grown")).hasSize(40).isEqualTo(rows("whole"));

    run("by-token", Precision.INT8, survey(NEW));
    assertThat(rows("by-token")).isNotEqualTo(rows("whole"));
  }

  @Test
  public void whatNewProcessorsBeganOldOnesAreRefused() throws IOException {
    assumeNew();
    run("out", Precision.AUTO, survey(NEW));
    List<Row> before = rows("out");
    add("second.jsonl", 20, 40);
    for (Precision asked : List.of(Precision.AUTO, Precision.INT8, Precision.INT8_BY_TOKEN)) {
      assertThatThrownBy(() -> run("out", asked, survey(NEW, OLD)))
          .isInstanceOf(JobException.class)
          .hasMessageStartingWith(
              "Cannot add to %s: its labels were computed in int8-by-token".formatted(out("out")))
          .hasMessageContaining("processor Old of executor old.host lacks it");
      assertThatThrownBy(
              () -> run(options("out", asked, ExistingOutput.EXTEND), survey(OLD)).plan())
          .isInstanceOf(JobException.class)
          .hasMessageContaining("processor Old of executor old.host lacks it");
    }
    assertThatThrownBy(() -> run("out", Precision.INT8_BY_DOCUMENT, survey(OLD)))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot add to %s: it has arithmetic int8-by-token, not int8-by-document; --overwrite"
                    .formatted(out("out"))
                + " replaces it");
    assertThat(rows("out")).isEqualTo(before);

    RunSummary anew =
        run(options("out", Precision.AUTO, ExistingOutput.REPLACE), survey(OLD)).run();
    assertThat(anew.settings().precision()).isEqualTo(Precision.INT8_BY_DOCUMENT);
    assertThat(rows("out")).hasSize(40);
  }

  /** An older version said int8 only, which is one of two. */
  @Test
  public void int8OfAnOlderVersionIsNotAddedTo() throws IOException {
    run("out", Precision.INT8, survey(OLD));
    int changed = forgetArithmetic("out");
    assertThat(changed).isPositive();
    add("second.jsonl", 20, 40);
    for (Precision asked : List.of(Precision.AUTO, Precision.INT8)) {
      assertThatThrownBy(() -> run("out", asked, survey(OLD)))
          .isInstanceOf(JobException.class)
          .hasMessage(
              "Cannot add to %s: it has int8 of a version of ptc that did not record which, not"
                      .formatted(out("out"))
                  + " int8-by-document; --overwrite replaces it");
    }
  }

  /** Of fp32 there is one kind: nothing is missing in what an older version recorded. */
  @Test
  public void fp32OfAnOlderVersionIsAddedTo() throws IOException {
    run("out", Precision.FP32, survey(OLD));
    assertThat(forgetArithmetic("out")).isZero();
    add("second.jsonl", 20, 40);
    assertThat(run("out", Precision.AUTO, survey(OLD)).settings().precision())
        .isEqualTo(Precision.FP32);
    assertThat(rows("out")).hasSize(40);
  }

  private static void assumeNew() {
    Optional<String> lack = Precisions.lack(Precision.INT8_BY_TOKEN, Processor.current());
    assumeTrue("SKIPPED: this processor lacks " + lack, lack.isEmpty());
  }

  private void add(String name, int from, int to) throws IOException {
    Path topics = Path.of(System.getProperty("samples.directory"), "topics", "test.jsonl");
    Files.write(input.resolve(name), Files.readAllLines(topics).subList(from, to));
  }

  private RunSummary run(String output, Precision asked, ProcessorSurvey survey) {
    return run(options(output, asked, ExistingOutput.EXTEND), survey).run();
  }

  private ClassifyRun run(ClassifyOptions options, ProcessorSurvey survey) {
    return new ClassifyRun(
        spark(),
        model,
        options,
        new PrintStream(said, false, StandardCharsets.UTF_8),
        context -> survey);
  }

  private ClassifyOptions options(String output, Precision asked, ExistingOutput existing) {
    return new ClassifyOptions(
        "model.bundle",
        SettingsChanges.NONE.with(asked),
        new CorpusOptions(
            List.of(input.toString()),
            Optional.empty(),
            Optional.of("id"),
            Optional.empty(),
            List.of()),
        out(output).toString(),
        existing,
        List.of(),
        Optional.empty(),
        1.0,
        Audit.NONE,
        false);
  }

  private Path out(String name) {
    return folder.getRoot().toPath().resolve(name);
  }

  private List<Row> rows(String output) {
    return spark()
        .read()
        .parquet(out(output).toString())
        .drop("millis")
        .orderBy("id")
        .collectAsList();
  }

  private static ProcessorSurvey survey(Executor... executors) {
    return new ProcessorSurvey(List.of(executors));
  }

  /** Takes the arithmetic out of what a run recorded; how often it was there. */
  private int forgetArithmetic(String output) throws IOException {
    return RecordedIdentities.change(
        out(output), identity -> identity.remove("arithmetic") != null);
  }
}
