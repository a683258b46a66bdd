package io.github.ptcspark.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.testing.EndlessTask;
import io.github.ptcspark.testing.Seed;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.LongAccumulator;
import org.junit.Rule;
import org.junit.Test;

/** A task that is cancelled among documents without end does end, and gives its model back. */
public class KilledTaskTest extends SparkTest {

  @Rule public final Seed seed = new Seed();

  private final Bundle bundle = TestModel.bundle(seed.value());

  @Test
  public void aPartitionEndsAfterTheDocumentInHand() throws Exception {
    LongAccumulator progress = spark().sparkContext().longAccumulator();
    check(
        model ->
            documents()
                .mapPartitions(
                    new ClassifyPartition(model, progress),
                    Encoders.row(ClassifiedSchema.of(List.of()))));
  }

  @Test
  public void anExpressionEndsAfterTheTextInHand() throws Exception {
    check(
        model -> {
          RowClassifier classifier = new RowClassifier(model);
          return documents()
              .map(
                  (MapFunction<Row, String>)
                      row -> classifier.classify(row.getString(1)).orElseThrow().label(),
                  Encoders.STRING())
              .toDF();
        });
  }

  private void check(Function<SharedModel, Dataset<Row>> classified) throws Exception {
    try (SharedModel model =
        SharedModel.broadcast(spark().sparkContext(), BundleFiles.of(bundle), bundle.settings())) {
      assertThatThrownBy(
              () ->
                  EndlessTask.cancelOnceRunning(
                      spark(), () -> classified.apply(model).foreach(row -> {})))
          .hasMessageContaining("cancelled");
      assertThat(EndlessTask.hasEnded()).isTrue();
      assertThat(LoadedModels.inUse(model.digest())).isFalse();
    }
  }

  private static Dataset<Row> documents() {
    return spark()
        .createDataFrame(
            EndlessTask.elements(
                spark(), number -> RowFactory.create("id " + number, "the cat " + number, null)),
            DocumentSchema.of(List.of()));
  }
}
