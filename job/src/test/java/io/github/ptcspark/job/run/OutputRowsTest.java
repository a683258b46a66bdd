package io.github.ptcspark.job.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.bundle.TensorNames;
import io.github.ptcspark.bundle.Weights;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.job.output.ExistingOutput;
import io.github.ptcspark.spark.Audit;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Outputs of unusual columns, names and documents, and what becomes of them later. */
public class OutputRowsTest extends SparkTest {

  @Rule public TemporaryFolder folder = new TemporaryFolder();

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private String model;
  private Path input;
  private Path output;
  private List<String> keepColumns = List.of();
  private List<String> partitionColumns = List.of();
  private double maxRejectRatio = 1;

  @Before
  public void writeModel() throws IOException {
    model = folder.getRoot().toPath().resolve("model").toString();
    BundleFiles.of(TestModel.bundle(1)).write(Path.of(model));
    input = folder.newFolder("corpus").toPath();
    output = folder.getRoot().toPath().resolve("out");
  }

  @Test
  public void namesInStructsMayBeOfAnyKind() throws IOException {
    keepColumns = List.of("meta");
    write("a", "{\"text\":\"the cat\",\"meta\":{\"content-type\":\"x\",\"a b\":{\"c.d\":[1]}}}");
    run();
    write("b", "{\"text\":\"the dog\",\"meta\":{\"content-type\":\"y\",\"a b\":{\"c.d\":[2]}}}");
    assertThat(run().counts().documents()).isEqualTo(1);
    assertThat(
            rows()
                .selectExpr("meta.`content-type`", "meta.`a b`.`c.d`[0]")
                .orderBy("content-type")
                .collectAsList()
                .toString())
        .isEqualTo("[[x,1], [y,2]]");
  }

  @Test
  public void timestampsAreOfTheTypeThatAllReadersKnow() throws IOException {
    keepColumns = List.of("at");
    Path parquet = input.resolve("a.parquet");
    spark()
        .sql("select 'the cat' as text, timestamp '9999-12-31 23:59:59' as at")
        .write()
        .parquet(parquet.toString());
    run();
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            HadoopInputFile.fromPath(
                new org.apache.hadoop.fs.Path(parquetFiles().get(0).toUri()),
                new Configuration()))) {
      assertThat(reader.getFileMetaData().getSchema().toString())
          .contains("int64 at (TIMESTAMP(MICROS,true))")
          .doesNotContain("int96");
    }
    assertThat(rows().selectExpr("cast(at as string)").first().getString(0))
        .isEqualTo("9999-12-31 23:59:59");
  }

  @Test
  public void datesOfAllAgesAreWrittenAsTheyWere() throws IOException {
    keepColumns = List.of("published", "created");
    Files.copy(
        Path.of("src/test/resources/columns/c28_ancient_dates/a.parquet"),
        input.resolve("a.parquet"));
    run();
    compact();
    assertThat(
            rows()
                .selectExpr("cast(published as string)", "cast(created as string)")
                .orderBy("published")
                .collectAsList()
                .toString())
        .isEqualTo(
            "[[0001-01-01,0001-01-01 00:00:00], [1582-10-10,1753-01-01 00:00:00],"
                + " [1899-12-30,1899-12-30 00:00:00], [2026-01-01,2026-01-01 00:00:00]]");
  }

  @Test
  public void directoriesThatComeLaterHaveValuesOfAnyKind() throws IOException {
    keepColumns = List.of("shop");
    partitionColumns = List.of("shop");
    for (String shop : List.of("001", "A1")) {
      Path directory = Files.createDirectory(input.resolve("shop=" + shop));
      Files.copy(
          Path.of("src/test/resources/columns/c25_growing_partitions/shop=" + shop + "/a.parquet"),
          directory.resolve("a.parquet"));
      assertThat(run().counts().documents()).isEqualTo(1);
    }
    assertThat(parquetFiles())
        .extracting(file -> file.getParent().getFileName().toString())
        .containsExactlyInAnyOrder("shop=001", "shop=A1");
  }

  @Test
  public void rowsOfAFileAreInTheOrderOfTheirIds() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      String words = Integer.toString(i * 7919 % 5000, 36) + " " + Integer.toString(i, 36);
      lines.append(
          String.format(
              Locale.ROOT,
              "{\"id\":\"%05d\",\"text\":\"the %s\",\"part\":%s}\n",
              i * 7919 % 30011,
              words,
              i % 3));
    }
    write("a", lines.toString());
    keepColumns = List.of("part");
    for (List<String> columns : List.of(List.<String>of(), List.of("part"))) {
      partitionColumns = columns;
      output = folder.getRoot().toPath().resolve("by-" + columns.size());
      new ClassifyRun(
              spark(),
              BundleFiles.read(Path.of(model)),
              options(ExistingOutput.EXTEND, Optional.of("id")),
              stream())
          .run();
      assertThat(parquetFiles()).hasSize(columns.isEmpty() ? 1 : 3);
      for (Path file : parquetFiles()) {
        List<String> ids =
            spark().read().parquet(file.toString()).select("id").collectAsList().stream()
                .map(row -> row.getString(0))
                .toList();
        assertThat(ids).hasSize(columns.isEmpty() ? 300 : 100).isSorted();
      }
    }
  }

  @Test
  public void namesOfOutputsMayLookLikePatterns() throws IOException {
    write("a", "{\"text\":\"the cat\"}");
    for (String name : List.of("o[1]", "o{a,b}", "o*?", "o 50%")) {
      output = folder.getRoot().toPath().resolve(name);
      for (List<String> columns : List.of(List.<String>of(), List.of("label"))) {
        partitionColumns = columns;
        assertThat(run(ExistingOutput.REPLACE).total().documents()).isEqualTo(1);
        assertThat(parquetFiles()).hasSize(1);
      }
    }
  }

  @Test
  public void tooManyRejectsStayTooManyUntilSomebodyAcceptsThem() throws IOException {
    maxRejectRatio = 0.2;
    write("a", "{\"text\":\"the cat\"}\n{\"text\":\"\"}");
    assertThat(run().tooManyRejects()).isTrue();
    RunSummary again = run();
    assertThat(again.counts().documents()).isZero();
    assertThat(again.tooManyRejects()).isTrue();

    maxRejectRatio = 0.5;
    assertThat(run().tooManyRejects()).isFalse();
    maxRejectRatio = 0.2;
    assertThat(run().tooManyRejects()).isFalse();
    write("b", "{\"text\":\"the cat\"}\n{\"text\":\"\"}");
    assertThat(run().tooManyRejects()).isTrue();
    write("c", "{\"text\":\"the cat\"}\n".repeat(8));
    assertThat(run().tooManyRejects()).isFalse();
  }

  @Test
  public void aModelThatFailsOnEveryDocumentFailsTheRun() throws IOException {
    model += "-poisoned";
    BundleFiles.of(TestModel.poisoned(1)).write(Path.of(model));
    String poison = "{\"text\":\"the %s in the garden\"}\n".formatted(TestModel.POISON);
    write("a", poison + poison + "{\"text\":\" \"}\n");
    assertThatThrownBy(this::run)
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith(
            "Cannot classify: the model fails on each of the 2 documents of a slice, which begins"
                + " with %s: ".formatted(input.resolve("a.jsonl")))
        .hasMessageEndingWith("0 of 1 slices are committed; the same command goes on from there");
    assertThat(parquetFiles()).isEmpty();
    // With a document that it can read, the others are rejected one by one.
    write("a", poison + poison + "{\"text\":\"the cat\"}\n");
    assertThat(run().counts().rejected()).isEqualTo(2);
  }

  @Test
  public void compactFilesHoldTheSameRows() throws IOException {
    partitionColumns = List.of("label");
    keepColumns = List.of("n");
    for (int file = 0; file < 4; file++) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 30; i++) {
        lines.append("{\"text\":\"the %s\",\"n\":%s}\n".formatted(Integer.toString(i, 36), i));
      }
      write("f" + file, lines.toString());
      run();
    }
    List<String> before = rows().orderBy("id").toJSON().collectAsList();
    assertThat(before).hasSize(120);
    int files = parquetFiles().size();

    Compaction.Summary summary = compact();
    assertThat(summary.before()).isEqualTo(files);
    assertThat(summary.rows()).isEqualTo(120);
    assertThat(parquetFiles()).hasSize(summary.after()).hasSizeLessThan(files);
    assertThat(rows().orderBy("id").toJSON().collectAsList()).isEqualTo(before);
    assertThat(compact().before()).isZero();

    assertThat(run().counts().documents()).isZero();
    write("later", "{\"text\":\"the dog\",\"n\":1}");
    assertThat(run().total().documents()).isEqualTo(121);
    assertThat(rows().count()).isEqualTo(121);
  }

  @Test
  public void labelsReadBackFromNamesOfDirectories() throws IOException {
    List<String> labels =
        List.of(
            "null", "true", "1", "-1", "001", "NaN", "2024-01-01", "..", "a/b=c%41", "\u00fc *?");
    Bundle odd = undecided(TestModel.bundle(1, labels));
    model = folder.getRoot().toPath().resolve("odd").toString();
    BundleFiles.of(odd).write(Path.of(model));
    partitionColumns = List.of("label");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      lines.append("{\"text\":\"the %s\"}\n".formatted(Integer.toString(i * 7919, 36)));
    }
    write("a", lines.toString());
    run();
    write("b", "{\"text\":\"the cat\"}\n");
    assertThat(run().total().documents()).isEqualTo(401);

    StructType schema =
        new StructType().add("label", DataTypes.StringType).add("label_id", DataTypes.IntegerType);
    Set<String> read = new TreeSet<>();
    for (Row row :
        spark()
            .read()
            .schema(schema)
            .parquet(output.toString())
            .select("label", "label_id")
            .collectAsList()) {
      assertThat(row.getString(0)).isEqualTo(labels.get(row.getInt(1)));
      read.add(row.getString(0));
    }
    assertThat(read).hasSizeGreaterThan(labels.size() / 2);
    assertThat(compact().rows()).isPositive();
    assertThat(rows().count()).isEqualTo(401);
  }

  @Test
  public void oldPartitionsMayBeRemoved() throws IOException {
    keepColumns = List.of("date");
    partitionColumns = List.of("date");
    write("a", "{\"text\":\"the cat\",\"date\":\"2024-01-01\"}");
    write("b", "{\"text\":\"the dog\",\"date\":\"2024-01-02\"}");
    run();
    FileUtil.fullyDelete(output.resolve("date=2024-01-01").toFile());
    Files.delete(input.resolve("a.jsonl"));
    write("c", "{\"text\":\"the dog\",\"date\":\"2024-01-03\"}");

    assertThat(run().counts().documents()).isEqualTo(1);
    assertThat(said())
        .contains("1 files of earlier runs are gone, date=2024-01-01/slice-000001-")
        .contains("a.jsonl has vanished since it was classified");
    assertThat(rows().count()).isEqualTo(2);
    JsonNode manifest = new ObjectMapper().readTree(output.resolve("_ptc/manifest.json").toFile());
    assertThat(manifest.at("/removed").toString()).isEqualTo("{\"files\":1,\"documents\":1}");
    run();
    assertThat(said()).doesNotContain("are gone");

    FileUtil.fullyDelete(output.resolve("date=2024-01-02").toFile());
    assertThat(compact().before()).isZero();
    assertThat(said()).contains("1 files of earlier runs are gone, date=2024-01-02/slice-000001-");
  }

  /** The same model without a favourite: its biases are such that one text has equal scores. */
  private static Bundle undecided(Bundle bundle) {
    List<Float> scores;
    try (Classifier classifier = new Classifier(bundle, bundle.settings())) {
      scores = classifier.classify("the 0a1b2").scores();
    }
    String name = TensorNames.bias(TensorNames.CLASSIFIER);
    Map<String, FloatTensor> tensors = new LinkedHashMap<>(bundle.weights().tensors());
    float[] biases = tensors.get(name).toArray();
    for (int label = 0; label < biases.length; label++) {
      biases[label] -= (float) Math.log(scores.get(label));
    }
    tensors.put(name, FloatTensor.of(new int[] {biases.length}, biases));
    return new Bundle(
        bundle.config(),
        bundle.labels(),
        bundle.pooling(),
        bundle.tokenizer(),
        new Weights("undecided weights", tensors),
        bundle.settings(),
        bundle.provenance());
  }

  private Compaction.Summary compact() {
    return new Compaction(spark(), output.toString(), 64L * 1024 * 1024, stream()).run();
  }

  private RunSummary run() {
    return run(ExistingOutput.EXTEND);
  }

  private RunSummary run(ExistingOutput existing) {
    said.reset();
    return new ClassifyRun(
            spark(),
            BundleFiles.read(Path.of(model)),
            options(existing, Optional.empty()),
            stream())
        .run();
  }

  private ClassifyOptions options(ExistingOutput existing, Optional<String> id) {
    return new ClassifyOptions(
        model,
        SettingsChanges.NONE,
        new CorpusOptions(
            List.of(input.toString()), Optional.empty(), id, Optional.empty(), keepColumns),
        output.toString(),
        existing,
        partitionColumns,
        Optional.empty(),
        maxRejectRatio,
        Audit.NONE,
        false);
  }

  private PrintStream stream() {
    return new PrintStream(said, true, StandardCharsets.UTF_8);
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  private Dataset<Row> rows() {
    return spark().read().parquet(output.toString());
  }

  private void write(String name, String lines) throws IOException {
    Files.writeString(input.resolve(name + ".jsonl"), lines);
  }

  private List<Path> parquetFiles() throws IOException {
    if (!Files.exists(output)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(output)) {
      return files
          .filter(file -> file.toString().endsWith(".parquet"))
          .filter(file -> !output.relativize(file).startsWith("_ptc"))
          .toList();
    }
  }
}
