package io.github.ptcspark.spark.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.spark.LoadedModels;
import io.github.ptcspark.testing.HostileTexts;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.Seed;
import io.github.ptcspark.testing.Serialized;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class PtcCatalogTest extends SparkTest {

  private static final int SAMPLES = 24;

  @Rule public final Seed seed = new Seed();

  private static final Bundle BUNDLE = TestModel.bundle(21);

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path model;

  @Before
  public void writeModel() throws IOException {
    model = folder.newFolder("model.bundle").toPath();
    BundleFiles.of(BUNDLE).write(model);
  }

  @Test
  public void constantsAreClassifiedOnceWhilePlanning() {
    Classification expected = classify("the cat is on the house");

    withModel(
        Map.of(),
        () -> {
          String query = "SELECT ptc.label('the cat is on the house') AS label";
          assertThat(strings(query)).containsExactly(expected.label());
          assertThat(spark().sql(query).queryExecution().optimizedPlan().toString())
              .contains(expected.label())
              .doesNotContain("applyfunction");
          assertThat(one("SELECT ptc.classify('the cat is on the house') AS c").getStruct(0))
              .isEqualTo(
                  RowFactory.create(
                      expected.label(),
                      expected.score(),
                      expected.tokens(),
                      expected.tokensKept()));
        });
  }

  @Test
  public void textsWithoutALabelGiveNull() {
    withModel(
        Map.of(),
        () -> {
          assertThat(
                  one(
                      "SELECT ptc.label(NULL), ptc.label(''), ptc.label(' \\n'), ptc.classify(NULL)"))
              .isEqualTo(RowFactory.create(null, null, null, null));
          assertThat(strings("SELECT id FROM texts WHERE ptc.label(text) IS NULL ORDER BY id"))
              .isEqualTo(HostileTexts.emptyIds());
        });
  }

  @Test
  public void functionsGoWhereverExpressionsGo() {
    withModel(
        Map.of(),
        () -> {
          List<String> labels =
              strings("SELECT DISTINCT ptc.label(text) AS l FROM texts ORDER BY l");
          assertThat(labels).hasSizeGreaterThan(1);
          String some = labels.get(1);

          long filtered =
              count("SELECT ptc.classify(text) FROM texts WHERE ptc.LABEL(text) = '" + some + "'");
          assertThat(filtered).isPositive();
          assertThat(
                  count(
                      "SELECT * FROM (SELECT ptc.classify(text) AS c FROM texts)"
                          + " WHERE c.label = '%s' AND c.score > 0 AND c.tokens > 0"
                              .formatted(some)))
              .isEqualTo(filtered);
          assertThat(
                  count(
                      "SELECT t.id, d.note FROM texts t JOIN (VALUES ('%s', 'mine')) AS d(name, note)"
                              .formatted(some)
                          + " ON ptc.label(t.text) = d.name"))
              .isEqualTo(filtered);
          assertThat(
                  one("SELECT count(*) FROM texts GROUP BY ptc.label(text)"
                          + " HAVING ptc.label(text) = '%s'".formatted(some))
                      .getLong(0))
              .isEqualTo(filtered);
        });
  }

  @Test
  public void aStreamIsLabelled() throws IOException {
    Path input = folder.newFolder("input").toPath();
    Path output = folder.getRoot().toPath().resolve("output");
    Files.writeString(input.resolve("1.txt"), "the cat\n\na dog in the river\n");
    Files.writeString(input.resolve("2.txt"), "the market\n");

    withModel(
        Map.of(),
        () -> {
          spark().readStream().text(input.toString()).createOrReplaceTempView("arriving");
          run(
              "SELECT value, ptc.label(value) AS label FROM arriving"
                  + " WHERE ptc.classify(value).score > 0",
              output);
          assertThat(spark().read().parquet(output.toString()).orderBy("value").collectAsList())
              .containsExactly(
                  labelled("a dog in the river"), labelled("the cat"), labelled("the market"));
        });
  }

  @Test
  public void tasksShareOneModelAndGiveItBackEvenWhenCutShort() throws IOException {
    BundleFiles files = BundleFiles.of(TestModel.bundle(seed.value()));
    model = folder.newFolder("fresh.bundle").toPath();
    files.write(model);

    String last = HostileTexts.emptyIds().get(HostileTexts.EMPTY - 1);
    withModel(
        Map.of(),
        () -> {
          assertThat(
                  strings(
                      "SELECT ptc.label(text) FROM texts WHERE id > '%s' LIMIT 2".formatted(last)))
              .hasSize(2)
              .doesNotContainNull();
          assertThat(LoadedModels.loaded(files.digest())).isEqualTo(1);
          assertThat(count("SELECT ptc.classify(text), ptc.label(text) FROM texts"))
              .isEqualTo(HostileTexts.HOSTILE.size() + SAMPLES);
          assertThat(LoadedModels.loaded(files.digest())).isEqualTo(1);
          assertThat(LoadedModels.inUse(files.digest())).isFalse();
        });
  }

  @Test
  public void optionsChangeWhatNeedsNoTraining() {
    withModel(
        Map.of("policy", "ptc(keep-ratio=0.5)"),
        () -> {
          Row row = one("SELECT ptc.classify(repeat('the cat ', 600)) AS c").getStruct(0);
          assertThat(row.getInt(2)).isEqualTo(1200);
          assertThat(row.getInt(3)).isEqualTo(601);
        });
    assertThatUsing(Map.of("policy", "none"))
        .isInstanceOf(BundleException.class)
        .hasMessage(
            "Cannot use policy \"none\": the model was trained to combine tokens at layer 2 and has no"
                + " such encoder layer; policy \"combining\" prunes nothing");
  }

  @Test
  public void twoModelsAreTwoCatalogs() throws IOException {
    Path other = folder.newFolder("other.bundle").toPath();
    Bundle second = TestModel.bundle(22);
    BundleFiles.of(second).write(other);
    try (Classifier classifier = new Classifier(second, second.settings())) {
      withModel(
          Map.of(),
          () -> {
            spark().conf().set("spark.sql.catalog.other", PtcCatalog.class.getName());
            spark().conf().set("spark.sql.catalog.other.model", other.toString());
            Row row = one("SELECT ptc.classify('the dog').score, other.classify('the dog').score");
            assertThat(row.getFloat(0)).isEqualTo(classify("the dog").score());
            assertThat(row.getFloat(1)).isEqualTo(classifier.classify("the dog").score());
          });
    }
  }

  @Test
  public void wrongArgumentsAreErrorsOfTheAnalysis() {
    withModel(
        Map.of(),
        () -> {
          assertThatThrownBy(() -> spark().sql("SELECT ptc.label()"))
              .isInstanceOf(AnalysisException.class)
              .hasMessageContaining("label takes one text, not 0 arguments");
          assertThatThrownBy(() -> spark().sql("SELECT ptc.classify('a', 'b')"))
              .isInstanceOf(AnalysisException.class)
              .hasMessageContaining("classify takes one text, not 2 arguments");
          assertThatThrownBy(() -> spark().sql("SELECT ptc.label(array(1, 2))"))
              .isInstanceOf(AnalysisException.class)
              .hasMessageContaining("label takes a string, not array<int>");
          assertThatThrownBy(() -> spark().sql("SELECT ptc.lable('a')"))
              .isInstanceOf(AnalysisException.class)
              .hasMessageContaining("Cannot resolve function `ptc`.`lable`");
          assertThatThrownBy(() -> spark().sql("SELECT ptc.elsewhere.label('a')"))
              .isInstanceOf(AnalysisException.class)
              .hasMessageContaining("Cannot resolve function `ptc`.`elsewhere`.`label`");
        });
  }

  @Test
  public void wrongConfigurationIsToldAtOnce() throws IOException {
    assertThatUsing(Map.of("modell", "x", "precision", "fp64"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot use catalog ptc: modell is unknown (the keys are model, policy,"
                + " precision, long-documents); precision is \"fp64\", not one of auto, fp32, int8, bf16, int8-by-token,"
                + " int8-by-document");
    assertThatUsing(Map.of("model", "nowhere.bundle"))
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot read nowhere.bundle: it does not exist");

    Path encoder = folder.newFolder("encoder.bundle").toPath();
    BundleFiles.of(
            RandomBundles.bundle(
                1, new EncoderShape(1, 8, 2, 16), List.of(), Pooling.MEAN, RandomBundles.PLAIN))
        .write(encoder);
    assertThatUsing(Map.of("model", encoder.toString()))
        .isInstanceOf(BundleException.class)
        .hasMessage(
            "Cannot classify with %s: it is an encoder without a classifier, train one first"
                .formatted(encoder));

    Files.write(model.resolve("model.safetensors"), new byte[] {1, 2, 3});
    assertThatUsing(Map.of())
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("Cannot read %s/model.safetensors: ".formatted(model));
  }

  @Test
  public void functionsAreListed() {
    withModel(
        Map.of(),
        () -> {
          assertThat(strings("SHOW USER FUNCTIONS IN ptc"))
              .containsExactly("ptc.classify", "ptc.label");
          assertThat(strings("SHOW FUNCTIONS IN ptc LIKE 'lab*'")).containsExactly("ptc.label");
          assertThatThrownBy(() -> spark().sql("SHOW FUNCTIONS IN ptc.elsewhere"))
              .isInstanceOf(AnalysisException.class)
              .hasMessageContaining("`elsewhere` cannot be found");
        });
  }

  @Test
  public void functionsTravelWithoutTheModel() {
    withModel(
        Map.of(),
        () -> {
          for (String name : Set.of("label", "classify")) {
            Object function =
                spark()
                    .sql("SELECT ptc.%s(text) FROM texts".formatted(name))
                    .queryExecution()
                    .analyzed()
                    .expressions()
                    .head();
            assertThat(Serialized.copy(function)).hasToString(function.toString());
            assertThat(Serialized.bytes(function)).isLessThan(20_000);
          }
        });
  }

  private void withModel(Map<String, String> options, Runnable test) {
    Map<String, String> settings = new HashMap<>();
    settings.put("spark.sql.catalog.ptc", PtcCatalog.class.getName());
    settings.put("spark.sql.catalog.ptc.model", model.toString());
    options.forEach((key, value) -> settings.put("spark.sql.catalog.ptc." + key, value));
    withSettings(
        settings,
        () -> {
          HostileTexts.table(spark(), SAMPLES).createOrReplaceTempView("texts");
          test.run();
        });
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertThatUsing(
      Map<String, String> options) {
    return assertThatThrownBy(
        () -> withModel(options, () -> spark().sql("SELECT ptc.label('a cat')")));
  }

  private static Classification classify(String text) {
    try (Classifier classifier = new Classifier(BUNDLE, BUNDLE.settings())) {
      return classifier.classify(text);
    }
  }

  private static Row labelled(String text) {
    return RowFactory.create(text, classify(text).label());
  }

  private static void run(String query, Path output) {
    try {
      StreamingQuery stream =
          spark()
              .sql(query)
              .writeStream()
              .format("parquet")
              .option("checkpointLocation", output + ".checkpoint")
              .trigger(Trigger.AvailableNow())
              .start(output.toString());
      stream.awaitTermination();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Row one(String query) {
    return spark().sql(query).first();
  }

  private static long count(String query) {
    return spark().sql(query).collectAsList().size();
  }

  private static List<String> strings(String query) {
    return spark().sql(query).as(Encoders.STRING()).collectAsList();
  }
}
