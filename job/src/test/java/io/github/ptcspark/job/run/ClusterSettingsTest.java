package io.github.ptcspark.job.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.job.output.ExistingOutput;
import io.github.ptcspark.job.train.Evaluation;
import io.github.ptcspark.job.train.EvaluationReport;
import io.github.ptcspark.spark.Audit;
import io.github.ptcspark.spark.ml.PrunedBertClassifier;
import io.github.ptcspark.testing.SampleTexts;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType$;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType$;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Whatever a cluster sets for all of its applications, a run writes the same rows. */
public class ClusterSettingsTest extends SparkTest {

  /** Of each of two files of every format; the second has a record more that is malformed. */
  private static final int DOCUMENTS = 8;

  private static final String JSONL = "jsonl";
  private static final String CSV = "csv";
  private static final String PARQUET = "parquet";
  private static final String TRANSFORMER = "transformer";

  private static final String KRYO = "org.apache.spark.serializer.KryoSerializer";

  @ClassRule public static final TemporaryFolder FOLDER = new TemporaryFolder();

  private static Path directory;
  private static String model;
  private static Outputs expected;
  private static int written;

  /** What was written, and what was said without writing. */
  private record Outputs(Map<String, String> directories, String evaluation) {}

  @BeforeClass
  public static void runPlainly() throws IOException {
    directory = FOLDER.getRoot().toPath();
    model = directory.resolve("model").toString();
    BundleFiles.of(TestModel.bundle(1)).write(Path.of(model));
    writeFile(1);
    writeFile(2);
    expected = runEverything();
    assertThat(rows(expected.directories().get(JSONL))).hasSize(2 * DOCUMENTS + 1);
    assertThat(rows(expected.directories().get(CSV))).hasSize(2 * DOCUMENTS + 1);
    assertThat(rows(expected.directories().get(PARQUET))).hasSize(2 * DOCUMENTS);
    assertThat(rows(expected.directories().get(TRANSFORMER))).hasSize(DOCUMENTS);
  }

  /** Spark itself sends types of columns as data where it looks into Parquet, and not all go. */
  @Test
  public void kryoWithRegisteredClassesOnly() {
    checkSpark(
        Map.of(
            "spark.serializer",
            KRYO,
            "spark.kryo.registrationRequired",
            "true",
            "spark.kryo.classesToRegister",
            TimestampType$.class.getName() + "," + DateType$.class.getName()));
  }

  @Test
  public void speculationAndOnePartition() {
    checkSpark(Map.of("spark.speculation", "true", "spark.default.parallelism", "1"));
  }

  /** Of one format, for thousands of tasks take their time even where they have nothing to do. */
  @Test
  public void manyPartitions() {
    String output = newOutput(JSONL);
    withSpark(Map.of("spark.default.parallelism", "1000"), () -> classifyJsonLines(output));
    assertThat(rows(output)).isEqualTo(rows(expected.directories().get(JSONL)));
  }

  @Test
  public void strictSql() {
    checkSession(Map.of("spark.sql.ansi.enabled", "true", "spark.sql.caseSensitive", "true"));
  }

  @Test
  public void anotherTimeZoneDynamicOverwriteAndPlansThatDoNotAdapt() {
    checkSession(
        Map.of(
            "spark.sql.session.timeZone",
            "Asia/Tokyo",
            "spark.sql.sources.partitionOverwriteMode",
            "dynamic",
            "spark.sql.adaptive.enabled",
            "false"));
  }

  private static void checkSession(Map<String, String> settings) {
    Outputs[] actual = new Outputs[1];
    withSettings(settings, () -> actual[0] = runEverything());
    check(actual[0]);
  }

  /** Settings that are read when Spark starts. */
  private static void checkSpark(Map<String, String> settings) {
    Outputs[] actual = new Outputs[1];
    withSpark(settings, () -> actual[0] = runEverything());
    check(actual[0]);
  }

  /** What was written is read with the settings of every test. */
  private static void check(Outputs actual) {
    for (String name : expected.directories().keySet()) {
      assertThat(rows(actual.directories().get(name)))
          .as(name)
          .isEqualTo(rows(expected.directories().get(name)));
    }
    assertThat(actual.evaluation()).isEqualTo(expected.evaluation());
  }

  private static Outputs runEverything() {
    Map<String, String> directories = new TreeMap<>();
    for (String name : List.of(JSONL, CSV, PARQUET, TRANSFORMER)) {
      directories.put(name, newOutput(name));
    }
    classifyJsonLines(directories.get(JSONL));
    classify(CSV, directories.get(CSV), List.of("truth", "label"), "truth", "n");
    classify(PARQUET, directories.get(PARQUET), List.of("day"), "when", "place", "day");
    new PrunedBertClassifier()
        .setModel(model)
        .setTopK(2)
        .transform(spark().read().json(file(1, JSONL)))
        .write()
        .parquet(directories.get(TRANSFORMER));
    return new Outputs(directories, evaluate());
  }

  private static String newOutput(String name) {
    return directory.resolve("%s-%s".formatted(name, written++)).toString();
  }

  private static void classifyJsonLines(String output) {
    classify(JSONL, output, List.of("label"), "when", "place");
  }

  /** Classifies the first file, then what is new. */
  private static void classify(
      String format, String output, List<String> partitionColumns, String... kept) {
    run(corpus(List.of(file(1, format)), kept), output, partitionColumns);
    RunSummary summary =
        run(corpus(List.of(file(1, format), file(2, format)), kept), output, partitionColumns);
    assertThat(summary.counts().documents()).isLessThan(summary.total().documents());
    assertThat(summary.total().documents())
        .isEqualTo(2 * DOCUMENTS + (format.equals(PARQUET) ? 0 : 1));
  }

  private static RunSummary run(
      CorpusOptions corpus, String output, List<String> partitionColumns) {
    ClassifyOptions options =
        new ClassifyOptions(
            model,
            SettingsChanges.NONE,
            corpus,
            output,
            ExistingOutput.EXTEND,
            partitionColumns,
            Optional.empty(),
            1.0,
            Audit.NONE,
            false);
    return new ClassifyRun(
            spark(),
            BundleFiles.read(Path.of(model)),
            options,
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .run();
  }

  private static String evaluate() {
    CorpusOptions corpus = corpus(List.of(file(1, PARQUET), file(2, PARQUET)), "truth");
    EvaluationReport report =
        new Evaluation(spark(), BundleFiles.read(Path.of(model)), TestModel.bundle(1).settings())
            .run(corpus);
    return "%s %s %s".formatted(report.documents(), report.metrics().accuracy(), report.meanCost());
  }

  /** The rows in order, without what differs from run to run. */
  private static List<String> rows(String output) {
    return spark().read().parquet(output).drop("millis").toJSON().collectAsList().stream()
        .sorted()
        .toList();
  }

  private static CorpusOptions corpus(List<String> inputs, String... kept) {
    return new CorpusOptions(
        inputs, Optional.empty(), Optional.of("id"), Optional.empty(), List.of(kept));
  }

  private static String file(int number, String format) {
    return directory.resolve("file-%s.%s".formatted(number, format)).toString();
  }

  /** The same documents in every format. */
  private static void writeFile(int number) throws IOException {
    List<Row> rows = new ArrayList<>();
    List<String> jsonl = new ArrayList<>();
    List<String> csv = new ArrayList<>(List.of("id,text,truth,n"));
    for (int i = 0; i < DOCUMENTS; i++) {
      String id = String.format(Locale.ROOT, "%s-%02d", number, i);
      String text = SampleTexts.topics().get(number * DOCUMENTS + i).replaceAll("[\\s\"]+", " ");
      String truth = TestModel.LABELS.get(i % 3);
      Instant when = Instant.parse("2026-03-29T00:59:59.123456Z").plusSeconds(1800L * i);
      rows.add(
          RowFactory.create(
              id,
              text,
              truth,
              Timestamp.from(when),
              java.sql.Date.valueOf(String.format(Locale.ROOT, "2026-03-%02d", 28 + i % 3)),
              RowFactory.create("town " + i, RowFactory.create(1.5 * i, i))));
      jsonl.add(
          "{\"id\":\"%s\",\"text\":\"%s\",\"when\":\"%s\",\"place\":{\"town\":%s}}"
              .formatted(id, text, when, i));
      csv.add("%s,\"%s\",%s,%s".formatted(id, text, truth, i));
    }
    if (number == 2) {
      jsonl.add("{\"id\":");
      csv.add("too,few");
    }
    Files.write(Path.of(file(number, JSONL)), jsonl);
    Files.write(Path.of(file(number, CSV)), csv);
    StructType place =
        new StructType()
            .add("town", DataTypes.StringType)
            .add(
                "at",
                new StructType().add("x", DataTypes.DoubleType).add("y", DataTypes.IntegerType));
    StructType schema =
        new StructType()
            .add("id", DataTypes.StringType)
            .add("text", DataTypes.StringType)
            .add("truth", DataTypes.StringType)
            .add("when", DataTypes.TimestampType)
            .add("day", DataTypes.DateType)
            .add("place", place);
    spark().createDataFrame(rows, schema).repartition(1).write().parquet(file(number, PARQUET));
  }
}
