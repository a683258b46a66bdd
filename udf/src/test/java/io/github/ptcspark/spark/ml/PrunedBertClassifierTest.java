package io.github.ptcspark.spark.ml;

import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.spark.LoadedModels;
import io.github.ptcspark.testing.HostileTexts;
import io.github.ptcspark.testing.Seed;
import io.github.ptcspark.testing.Serialized;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class PrunedBertClassifierTest extends SparkTest {

  @Rule public final Seed seed = new Seed();

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final Bundle bundle = TestModel.bundle(seed.value());
  private final BundleFiles files = BundleFiles.of(bundle);
  private Path directory;
  private PrunedBertClassifier classifier;

  @Before
  public void writeModel() throws IOException {
    directory = folder.newFolder("model.bundle").toPath();
    files.write(directory);
    classifier = new PrunedBertClassifier().setModel(directory.toString());
  }

  @Test
  public void itAddsLabelProbabilitiesAndTheBestLabels() {
    Dataset<Row> texts = texts("the cat", null, " \n");

    Dataset<Row> result = classifier.setTopK(2).transform(texts);

    assertThat(result.schema()).isEqualTo(classifier.transformSchema(texts.schema()));
    assertThat(result.schema().simpleString())
        .isEqualTo(
            "struct<text:string,prediction:string,probability:array<float>,"
                + "topK:array<struct<label:string,score:float>>>");
    Classification expected = classify("the cat");
    Row row = result.first();
    assertThat(row.getString(1)).isEqualTo(expected.label());
    assertThat(row.<Float>getList(2)).isEqualTo(expected.scores());
    List<Row> best = row.getList(3);
    assertThat(best).hasSize(2);
    assertThat(best.get(0)).isEqualTo(RowFactory.create(expected.label(), expected.score()));
    assertThat(best.get(1).getFloat(1)).isLessThanOrEqualTo(best.get(0).getFloat(1));
    assertThat(result.collectAsList().subList(1, 3))
        .containsExactly(
            RowFactory.create(null, null, null, null), RowFactory.create(" \n", null, null, null));
    assertThat(classifier.labels()).isEqualTo(TestModel.LABELS);
    Row vector = result.na().drop().select(array_to_vector(col("probability"))).first();
    assertThat(vector.<Vector>getAs(0).argmax()).isEqualTo(expected.labelId());
    assertThat(classifier.setTopK(99).transform(texts).first().getList(3)).hasSize(3);
  }

  @Test
  public void columnsCanBeNamedAndLeftOut() {
    Dataset<Row> texts = texts("the cat").withColumnRenamed("text", "a `body`.text");

    Dataset<Row> result =
        classifier
            .setInputCol("a `body`.text")
            .setPredictionCol("l.abel")
            .setProbabilityCol("")
            .transform(texts);

    assertThat(result.columns()).containsExactly("a `body`.text", "l.abel");
    assertThat(result.first().getString(1)).isEqualTo(classify("the cat").label());
  }

  @Test
  public void columnsThatDoNotFitAreRefused() {
    StructType schema =
        new StructType().add("text", DataTypes.StringType).add("year", DataTypes.IntegerType);

    assertThatThrownBy(() -> copy().setInputCol("body").transformSchema(schema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot classify column \"body\": it does not exist, the columns are text, year");
    assertThatThrownBy(() -> copy().setInputCol("year").transformSchema(schema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot classify column \"year\": it is of type int, not string");
    assertThatThrownBy(() -> copy().setPredictionCol("Year").transformSchema(schema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot add column \"Year\": there is a column of that name");
    assertThatThrownBy(
            () -> copy().setPredictionCol("p").setProbabilityCol("p").transformSchema(schema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot add column \"p\": there is a column of that name");
    assertThatThrownBy(() -> copy().setTopK(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("topK given invalid value 0");
  }

  @Test
  public void aModelThatIsMissingOrDamagedIsTold() throws IOException {
    Dataset<Row> texts = texts("the cat");
    PrunedBertClassifier without = new PrunedBertClassifier("mine");
    assertThatThrownBy(() -> without.transform(texts))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot classify: parameter model of mine is not set");
    assertThatThrownBy(() -> without.setModel("nowhere.bundle").transform(texts))
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot read nowhere.bundle: it does not exist");
    Files.delete(directory.resolve("tokenizer.json"));
    assertThatThrownBy(() -> classifier.transform(texts))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("Cannot read %s: it has no tokenizer.json".formatted(directory));
  }

  @Test
  public void whatIsSavedNeedsNoOtherFileAndCanBeMoved() throws IOException {
    Path saved = folder.getRoot().toPath().resolve("saved");
    Path moved = folder.getRoot().toPath().resolve("moved");
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new SQLTransformer().setStatement("SELECT body AS text FROM __THIS__"),
                  classifier.setTopK(1).setPredictionCol("class")
                });
    Dataset<Row> texts = texts("the cat", "a dog in the house").withColumnRenamed("text", "body");
    PipelineModel fitted = pipeline.fit(texts);
    List<Row> expected = fitted.transform(texts).collectAsList();
    fitted.save(saved.toString());
    Files.move(saved, moved);
    Files.move(directory, folder.getRoot().toPath().resolve("elsewhere"));

    PipelineModel loaded = PipelineModel.load(moved.toString());
    assertThat(loaded.transform(texts).collectAsList()).isEqualTo(expected);
    PrunedBertClassifier stage = (PrunedBertClassifier) loaded.stages()[1];
    assertThat(stage.uid()).isEqualTo(classifier.uid());
    assertThat(stage.getTopK()).isEqualTo(1);

    // Over itself: the bundle must outlive the directory that it came from.
    loaded.write().overwrite().save(moved.toString());
    assertThat(PipelineModel.load(moved.toString()).transform(texts).collectAsList())
        .isEqualTo(expected);
  }

  @Test
  public void parametersAreSparks() {
    assertThat(Arrays.stream(classifier.params()).map(Param::name))
        .containsExactly("inputCol", "model", "predictionCol", "probabilityCol", "topK", "topKCol");
    assertThat(classifier.explainParams())
        .contains("inputCol: the column of texts (default: text)");

    ParamMap extra = new ParamMap().put(classifier.inputCol(), "other");
    PrunedBertClassifier copy = classifier.copy(extra);
    assertThat(copy.uid()).isEqualTo(classifier.uid());
    assertThat(copy.getInputCol()).isEqualTo("other");
    assertThat(copy.getModel()).isEqualTo(classifier.getModel());
    assertThat(classifier.getInputCol()).isEqualTo("text");
  }

  @Test
  public void aStreamIsClassified() throws Exception {
    Path input = folder.newFolder("input").toPath();
    Path output = folder.getRoot().toPath().resolve("output");
    Files.writeString(input.resolve("1.txt"), "the cat\n\na dog in the river\n");
    Dataset<Row> stream =
        spark().readStream().text(input.toString()).withColumnRenamed("value", "text");

    classifier
        .transform(stream)
        .writeStream()
        .format("parquet")
        .option("checkpointLocation", folder.newFolder("checkpoint").toString())
        .trigger(Trigger.AvailableNow())
        .start(output.toString())
        .awaitTermination();

    Dataset<Row> written = spark().read().parquet(output.toString()).orderBy("text");
    assertThat(written.collectAsList())
        .isEqualTo(
            classifier.transform(texts("", "a dog in the river", "the cat")).collectAsList());
    assertThat(written.collectAsList().get(2).getString(1)).isEqualTo(classify("the cat").label());
  }

  @Test
  public void tasksShareOneModelAndGiveItBackEvenWhenCutShort() {
    int samples = 24;
    Dataset<Row> texts = HostileTexts.table(spark(), samples);
    Dataset<Row> result = classifier.transform(texts);

    assertThat(result.limit(2).collectAsList()).hasSize(2);
    assertThat(result.filter("prediction IS NOT NULL").count()).isEqualTo(30);
    assertThat(copy().transform(texts).collectAsList())
        .hasSize(HostileTexts.HOSTILE.size() + samples);

    assertThat(LoadedModels.loaded(files.digest())).isEqualTo(1);
    assertThat(LoadedModels.inUse(files.digest())).isFalse();
  }

  @Test
  public void itTravelsWithoutTheModel() {
    classifier.transform(texts("the cat"));

    PrunedBertClassifier copy = Serialized.copy(classifier);

    assertThat(copy.explainParams()).isEqualTo(classifier.explainParams());
    assertThat(copy.transform(texts("the cat")).first().getString(1))
        .isEqualTo(classify("the cat").label());
    assertThat(Serialized.bytes(classifier)).isLessThan(20_000);
  }

  private PrunedBertClassifier copy() {
    return classifier.copy(new ParamMap());
  }

  private Classification classify(String text) {
    try (Classifier alone = new Classifier(bundle, bundle.settings())) {
      return alone.classify(text);
    }
  }

  private static Dataset<Row> texts(String... texts) {
    return spark()
        .createDataFrame(
            Arrays.stream(texts).map(RowFactory::create).toList(),
            new StructType().add("text", DataTypes.StringType));
  }
}
