package io.github.ptcspark.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.testing.SampleTexts;
import io.github.ptcspark.testing.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.Row;
import org.junit.Test;

/** The wrapper for PySpark, with the jar and the files that the README names. */
public class PySparkIT extends ClusterTest {

  private static final Path DIRECTORY =
      Path.of(System.getProperty("cluster.directory"), PySparkIT.class.getSimpleName());
  private static final Path TEXTS =
      SparkDistribution.PROJECT.resolve("data-samples/topics/test.jsonl");

  @Test
  public void aPipelineFromPythonLabelsAsTheModelDoes() throws IOException {
    FileUtil.fullyDelete(DIRECTORY.toFile());
    Files.createDirectories(DIRECTORY);
    assertDone(submit(writeModel(DIRECTORY)));

    JsonNode facts = new ObjectMapper().readTree(DIRECTORY.resolve("facts.json").toFile());
    assertThat(strings(facts.get("labels"))).isEqualTo(TestModel.LABELS);
    assertThat(strings(facts.get("columns"))).contains("topic", "topK").doesNotContain("");
    assertThat(facts.get("topK").asInt()).isEqualTo(2);
    assertThat(facts.get("type").asText()).isEqualTo("PrunedBertClassifier");

    List<String> ids = SampleTexts.field(TEXTS, "id");
    List<String> texts = SampleTexts.texts(TEXTS);
    try (Classifier classifier =
        new Classifier(TestModel.bundle(1), TestModel.bundle(1).settings())) {
      for (Row row : labelled()) {
        Classification expected =
            classifier.classify(texts.get(ids.indexOf(row.<String>getAs("id"))));
        assertThat(row.<String>getAs("prediction")).isEqualTo(expected.label());
        assertThat(row.getList(row.fieldIndex("probability"))).isEqualTo(expected.scores());
        List<Row> best = row.getList(row.fieldIndex("topK"));
        assertThat(best).hasSize(2);
        assertThat(best.get(0).getString(0)).isEqualTo(expected.label());
      }
    }
  }

  private static List<Row> labelled() {
    List<Row> rows =
        spark()
            .read()
            .schema(
                "id string, prediction string, probability array<float>,"
                    + " topK array<struct<label: string, score: float>>")
            .json(DIRECTORY.resolve("rows").toString())
            .collectAsList();
    assertThat(rows).hasSize(66);
    return rows;
  }

  private static LoggedProcess submit(Path model) {
    ProcessBuilder command =
        SparkDistribution.command(
            List.of(
                SparkDistribution.program("spark-submit"),
                "--master",
                "local[2]",
                "--jars",
                SparkDistribution.SHADED_JAR.toString(),
                "--py-files",
                SparkDistribution.PROJECT.resolve("udf/src/main/python/ptc_spark.py").toString(),
                "--conf",
                "spark.ui.enabled=false",
                SparkDistribution.PROJECT.resolve("job/src/test/python/pipeline.py").toString(),
                model.toString(),
                TEXTS.toString(),
                DIRECTORY.toString()));
    command.environment().put("PYSPARK_PYTHON", "python3");
    // numpy, which Spark ML imports, lies beside the distribution.
    command.environment().put("PYTHONPATH", SparkDistribution.HOME.getParent().toString());
    return LoggedProcess.start(command, DIRECTORY, "submit");
  }

  private static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>();
    array.forEach(element -> strings.add(element.asText()));
    return strings;
  }
}
