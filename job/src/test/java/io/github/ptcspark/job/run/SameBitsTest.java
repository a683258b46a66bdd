package io.github.ptcspark.job.run;

import static org.apache.spark.sql.functions.rand;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.Device;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.Precisions;
import io.github.ptcspark.inference.Processor;
import io.github.ptcspark.job.corpus.Corpus;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.spark.ClassifiedSchema;
import io.github.ptcspark.spark.ClassifyPartition;
import io.github.ptcspark.spark.SharedModel;
import io.github.ptcspark.testing.Seed;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.Rule;
import org.junit.Test;

/** Every column but {@code millis} is the same bit for bit, however a corpus is divided. */
public class SameBitsTest extends SparkTest {

  @Rule public final Seed seed = new Seed();

  @Test
  public void partitionsThreadsAndOrderChangeNothing() {
    Bundle bundle = TestModel.bundle(seed.value());
    for (Precision precision : Precision.on(Device.CPU)) {
      Optional<String> lack =
          precision.isExact()
              ? Precisions.lack(precision, Processor.current())
              : Optional.of("nothing, and computes it as one of the others");
      if (lack.isPresent()) {
        System.out.println(precision + " SKIPPED: this processor lacks " + lack.get());
        continue;
      }
      ModelSettings settings =
          new ModelSettings(
              bundle.settings().policy(), precision, bundle.settings().longDocuments());
      Dataset<Row> documents = documents();
      // One partition is one thread; seven are two threads of the session.
      List<Row> expected = classify(documents.coalesce(1), bundle, settings);
      assertThat(expected).hasSize(192);
      for (int partitions : new int[] {1, 2, 7}) {
        Dataset<Row> shuffled =
            documents.repartition(partitions).sortWithinPartitions(rand(seed.value() + partitions));
        assertThat(classify(shuffled, bundle, settings))
            .as("%s, %d partitions", precision, partitions)
            .isEqualTo(expected);
      }
    }
  }

  private static List<Row> classify(Dataset<Row> documents, Bundle bundle, ModelSettings settings) {
    try (SharedModel model =
        SharedModel.broadcast(spark().sparkContext(), BundleFiles.of(bundle), settings)) {
      return documents
          .mapPartitions(
              new ClassifyPartition(model, spark().sparkContext().longAccumulator()),
              Encoders.row(ClassifiedSchema.of(List.of())))
          .drop("millis")
          .orderBy("id")
          .collectAsList();
    }
  }

  private static Dataset<Row> documents() {
    Path topics = Path.of(System.getProperty("samples.directory"), "topics");
    Corpus corpus =
        Corpus.open(
            spark(),
            new CorpusOptions(
                List.of(topics.toString()),
                Optional.empty(),
                Optional.of("id"),
                Optional.empty(),
                List.of()));
    return corpus.documents(corpus.whole());
  }
}
