package io.github.ptcspark.job.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.job.output.ExistingOutput;
import io.github.ptcspark.job.output.RunCounts;
import io.github.ptcspark.spark.Audit;
import io.github.ptcspark.spark.ModelOptions;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class ClassifyRunTest extends SparkTest {

  @Rule public TemporaryFolder folder = new TemporaryFolder();

  private String model;
  private String output;

  @Before
  public void writeModel() {
    model = new File(folder.getRoot(), "model").getPath();
    output = new File(folder.getRoot(), "out/labels").getPath();
    BundleFiles.of(TestModel.bundle(1)).write(Path.of(model));
  }

  @Test
  public void everyDocumentGetsARow() throws IOException {
    RunSummary summary = run(topics());

    Dataset<Row> rows = spark().read().parquet(output);
    assertThat(rows.columns())
        .containsExactly(
            "id",
            "label",
            "label_id",
            "score",
            "scores",
            "status",
            "error",
            "tokens",
            "tokens_kept",
            "truncated",
            "escalated",
            "audit_label",
            "cost",
            "millis",
            "stats");
    assertThat(rows.count()).isEqualTo(66);
    assertThat(rows.filter("status = 'ok'").count()).isEqualTo(66);
    assertThat(summary.counts().documents()).isEqualTo(66);
    assertThat(summary.tooManyRejects()).isFalse();
    Row row = rows.orderBy("id").first();
    assertThat(row.<String>getAs("id")).isEqualTo("astronomy-test-01");
    assertThat(row.<String>getAs("label")).isIn(TestModel.LABELS);
    assertThat(row.<Double>getAs("cost")).isBetween(0.0, 1.0);
    Row stats = row.getAs("stats");
    assertThat(stats.<Integer>getAs("tokens_read")).isEqualTo(row.<Integer>getAs("tokens") + 2);
    assertThat(stats.getList(stats.fieldIndex("kept_per_layer"))).hasSize(3);
    assertThat(summary.text()).contains("documents    66", "cost", "labels", output);
  }

  @Test
  public void filesSayWhichModelMadeThem() throws IOException {
    RunSummary summary = run(topics());

    Path part;
    try (Stream<Path> files = Files.list(Path.of(output))) {
      part = files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
    Map<String, String> metadata;
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            HadoopInputFile.fromPath(
                new org.apache.hadoop.fs.Path(part.toUri()), new Configuration()))) {
      metadata = reader.getFileMetaData().getKeyValueMetaData();
    }
    assertThat(metadata)
        .containsEntry("ptc.labels", "[\"x\",\"y\",\"z\"]")
        .containsEntry("ptc.model.digest", summary.digest())
        .containsEntry("ptc.precision", "int8")
        .containsEntry("ptc.long_documents", "windows")
        .containsEntry("ptc.policy", TestModel.bundle(1).settings().policy().toString());
  }

  @Test
  public void aDocumentOfFiftyMegabytesIsARowLikeOthers() throws IOException {
    int sentences = 2_400_000;
    Path input = folder.getRoot().toPath().resolve("huge.jsonl");
    Files.writeString(
        input,
        "{\"id\":\"huge\",\"text\":\"%s\"}%n{\"id\":\"small\",\"text\":\"the cat\"}%n"
            .formatted("the cat in the garden ".repeat(sentences)));
    SettingsChanges truncate =
        ModelOptions.parse(Map.of("model", model, "long-documents", "truncate")).changes();
    new ClassifyRun(
            spark(),
            BundleFiles.read(Path.of(model)),
            new ClassifyOptions(
                model,
                truncate,
                corpus(input.toString(), "id", List.of()),
                output,
                ExistingOutput.EXTEND,
                List.of(),
                Optional.empty(),
                1,
                Audit.NONE,
                false),
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .run();

    assertThat(
            spark()
                .read()
                .parquet(output)
                .orderBy("id")
                .selectExpr("id", "status", "tokens", "truncated", "stats.tokens_read")
                .collectAsList())
        .containsExactly(
            RowFactory.create("huge", "ok", 5 * sentences, true, 4096),
            RowFactory.create("small", "ok", 2, false, 4));
  }

  @Test
  public void theManifestCountsWhatWasWritten() throws IOException {
    run(CorpusOptions.of(hostile("null-text.jsonl")));

    JsonNode manifest = new ObjectMapper().readTree(new File(output, "_ptc/manifest.json"));
    assertThat(manifest.at("/counts/documents").asInt()).isEqualTo(3);
    assertThat(manifest.at("/counts/labelled").asInt()).isEqualTo(2);
    assertThat(manifest.at("/counts/rejects/empty-text").asInt()).isEqualTo(1);
    assertThat(manifest.at("/model/digest").asText())
        .isEqualTo(BundleFiles.read(Path.of(model)).digest());
    assertThat(manifest.at("/totals/flops").asLong())
        .isPositive()
        .isLessThan(manifest.at("/totals/flops_dense").asLong());
    assertThat(manifest.at("/input/0").asText()).isEqualTo(hostile("null-text.jsonl"));
  }

  @Test
  public void aDocumentOnWhichTheModelFailsIsRejectedAlone() throws IOException {
    BundleFiles.of(TestModel.poisoned(1)).write(Path.of(model + "-poisoned"));
    model += "-poisoned";
    Path input = folder.getRoot().toPath().resolve("in.jsonl");
    String good = "{\"text\":\"the cat in the garden\"}\n";
    String poison = "{\"text\":\"the %s in the garden\"}\n".formatted(TestModel.POISON);
    Files.writeString(input, good + good + poison + good);

    RunCounts counts = run(CorpusOptions.of(input.toString())).counts();
    assertThat(counts.labelled()).isEqualTo(3);
    assertThat(counts.rejects()).containsExactly(Map.entry("inference-failed", 1L));
    Row rejected = spark().read().parquet(output).where("status = 'rejected'").first();
    assertThat(rejected.<String>getAs("id")).endsWith(":" + 2 * good.length());
    assertThat(rejected.<Row>getAs("error").<String>getAs("message"))
        .matches("RuntimeError: .*|the model's logits are not finite");
  }

  @Test
  public void hostileFilesGetWhatTheirTableSays() throws IOException {
    int checked = 0;
    for (String line : Files.readAllLines(Path.of(hostile("README.md")))) {
      String[] cells = line.split("\\|", -1);
      if (cells.length < 4 || !cells[1].contains("`")) {
        continue;
      }
      String name = cells[1].replace("`", "").strip();
      String answer = cells[3].strip();
      String[] counts = answer.split(" / ", -1);
      CorpusOptions corpus = CorpusOptions.of(hostile(name));
      if (counts.length == 3) {
        RunCounts written = run(corpus, ExistingOutput.REPLACE).counts();
        assertThat(written.labelled()).as(name).isEqualTo(Long.parseLong(counts[0]));
        assertThat(written.rejects().getOrDefault("empty-text", 0L))
            .as(name)
            .isEqualTo(Long.parseLong(counts[1]));
        assertThat(written.rejects().getOrDefault("malformed-record", 0L))
            .as(name)
            .isEqualTo(Long.parseLong(counts[2]));
      } else {
        assertThatThrownBy(() -> run(corpus, ExistingOutput.REPLACE))
            .as(name)
            .isInstanceOf(JobException.class)
            .hasMessage(answer.replace("FILE", hostile(name)));
      }
      checked++;
    }
    assertThat(checked).isGreaterThan(25);
  }

  @Test
  public void keptColumnsGoAlongAndMayNotTakeTheNamesOfTheOutput() throws IOException {
    Path input =
        Files.writeString(
            folder.getRoot().toPath().resolve("in.jsonl"),
            "{\"id\":\"1\",\"text\":\"the cat\",\"year\":1999,\"label\":\"x\"}\n");

    run(corpus(input.toString(), "id", List.of("year")));
    assertThat(spark().read().parquet(output).select("id", "year").first().mkString(","))
        .isEqualTo("1,1999");

    assertThatThrownBy(
            () -> run(corpus(input.toString(), "id", List.of("label")), ExistingOutput.REPLACE))
        .isInstanceOf(JobException.class)
        .hasMessage("Cannot keep column \"label\": the output has a column of that name already");
  }

  @Test
  public void whatNoRunWroteIsLeftAlone() throws IOException {
    CorpusOptions corpus = CorpusOptions.of(hostile("crlf.jsonl"));
    Path foreign = Files.createDirectories(folder.getRoot().toPath().resolve("thesis"));
    Files.writeString(foreign.resolve("chapter1"), "precious");
    output = foreign.toString();
    assertThatThrownBy(() -> run(corpus, ExistingOutput.REPLACE))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot write %s: it exists and has no _ptc/runs, so no run wrote it"
                .formatted(output));
    assertThat(foreign.resolve("chapter1")).hasContent("precious");
  }

  @Test
  public void aRunThatFailsLeavesNothing() throws IOException {
    Files.delete(Path.of(model, "ptc.json"));

    assertThatThrownBy(() -> run(CorpusOptions.of(hostile("crlf.jsonl"))))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("it has no ptc.json");
    assertThat(new File(output).getParentFile()).doesNotExist();
  }

  private RunSummary run(CorpusOptions corpus) {
    return run(corpus, ExistingOutput.EXTEND);
  }

  private RunSummary run(CorpusOptions corpus, ExistingOutput existing) {
    return new ClassifyRun(
            spark(),
            BundleFiles.read(Path.of(model)),
            new ClassifyOptions(
                model,
                SettingsChanges.NONE,
                corpus,
                output,
                existing,
                List.of(),
                Optional.empty(),
                1.0,
                Audit.NONE,
                false),
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .run();
  }

  private static CorpusOptions topics() {
    return corpus(
        Path.of(System.getProperty("samples.directory"), "topics", "test.jsonl").toString(),
        "id",
        List.of());
  }

  private static CorpusOptions corpus(String input, String idColumn, List<String> kept) {
    return new CorpusOptions(
        List.of(input), Optional.empty(), Optional.of(idColumn), Optional.empty(), kept);
  }

  private static String hostile(String name) {
    return Path.of(System.getProperty("samples.directory"), "hostile", name).toString();
  }
}
