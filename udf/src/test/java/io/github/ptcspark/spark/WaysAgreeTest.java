package io.github.ptcspark.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.spark.ml.PrunedBertClassifier;
import io.github.ptcspark.spark.sql.PtcCatalog;
import io.github.ptcspark.testing.HostileTexts;
import io.github.ptcspark.testing.Seed;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * SQL, a transformer, a pipeline from disk and a run say the same of every text, bit for bit, also
 * of those that a full model reads again.
 */
public class WaysAgreeTest extends SparkTest {

  @Rule public final Seed seed = new Seed();

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final Bundle bundle = TestModel.bundle(seed.value());
  private final ModelSettings settings =
      new ModelSettings(
          PolicyText.complete(
              bundle.settings().policy() + " + escalation(margin=0.1, temperature=1)"),
          bundle.settings().precision(),
          bundle.settings().longDocuments());
  private final BundleFiles files =
      BundleFiles.of(bundle)
          .with(settings, bundle.provenance())
          .withFull(BundleFiles.of(TestModel.bundle(seed.value() + 1)));

  @Test
  public void allWaysGiveTheSameLabelsAndScores() throws IOException {
    Path model = folder.newFolder("model.bundle").toPath();
    files.write(model);
    PrunedBertClassifier classifier = new PrunedBertClassifier().setModel(model.toString());
    String saved = folder.getRoot().toPath().resolve("pipeline").toString();
    new Pipeline()
        .setStages(new PipelineStage[] {classifier})
        .fit(spark().emptyDataFrame().withColumn("text", lit("")))
        .save(saved);

    Dataset<Row> texts = HostileTexts.table(spark(), 60);
    List<Row> expected = run(texts);
    assertThat(expected).hasSize(HostileTexts.HOSTILE.size() + 60);
    assertThat(expected.stream().filter(row -> row.isNullAt(1))).hasSize(HostileTexts.EMPTY);

    Map<String, String> catalog =
        Map.of(
            "spark.sql.catalog.ptc", PtcCatalog.class.getName(),
            "spark.sql.catalog.ptc.model", model.toString());
    withSettings(
        catalog,
        () -> {
          Dataset<Row> again = HostileTexts.table(spark(), 60);
          again.createOrReplaceTempView("texts");
          assertThat(
                  sorted(
                      spark()
                          .sql(
                              "SELECT id, ptc.label(text), c.score, c.tokens, c.tokens_kept"
                                  + " FROM (SELECT *, ptc.classify(text) AS c FROM texts)")))
              .isEqualTo(expected);
        });
    List<Row> labelsAndScores = expected.stream().map(WaysAgreeTest::firstThree).toList();
    assertThat(sorted(predictions(classifier.transform(texts)))).isEqualTo(labelsAndScores);
    assertThat(sorted(predictions(PipelineModel.load(saved).transform(texts))))
        .isEqualTo(labelsAndScores);
    assertThat(ClassifierCache.loaded(files.digest())).isEqualTo(1);
  }

  private List<Row> run(Dataset<Row> texts) {
    Dataset<Row> documents =
        spark()
            .createDataFrame(
                texts.withColumn("error", lit(null).cast(DocumentSchema.ERROR_TYPE)).toJavaRDD(),
                DocumentSchema.of(List.of()));
    try (SharedModel model = SharedModel.broadcast(spark().sparkContext(), files, settings)) {
      ClassifyPartition function =
          new ClassifyPartition(model, spark().sparkContext().longAccumulator());
      return sorted(
          documents
              .mapPartitions(function, Encoders.row(ClassifiedSchema.of(List.of())))
              .select("id", "label", "score", "tokens", "tokens_kept"));
    }
  }

  private static Dataset<Row> predictions(Dataset<Row> transformed) {
    return transformed.select(col("id"), col("prediction"), expr("array_max(probability)"));
  }

  private static Row firstThree(Row row) {
    return RowFactory.create(row.get(0), row.get(1), row.get(2));
  }

  private static List<Row> sorted(Dataset<Row> rows) {
    return rows.collectAsList().stream()
        .sorted(Comparator.comparing(row -> row.getString(0)))
        .toList();
  }
}
