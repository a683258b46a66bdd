package io.github.ptcspark.bench;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.job.speed.Medians;
import io.github.ptcspark.spark.ClassifiedSchema;
import io.github.ptcspark.spark.ClassifierCache;
import io.github.ptcspark.spark.ClassifyPartition;
import io.github.ptcspark.spark.DocumentSchema;
import io.github.ptcspark.spark.SharedModel;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/**
 * Spark with one task at a time and with two, on the same partitions, in turn.
 *
 * <p>Every partition has the same documents, so that no task waits for another at the end. Start-up
 * and loading are not measured: a job before the measured one does them.
 */
final class SparkTasks {

  private static final int PARTITIONS = 8;

  private final Bundle bundle;
  private final List<String> texts;
  private final int rounds;

  /**
   * A measurement.
   *
   * @param bundle a classifier
   * @param texts of one partition
   */
  SparkTasks(Bundle bundle, List<String> texts, int rounds) {
    this.bundle = bundle;
    this.texts = texts;
    this.rounds = rounds;
  }

  /**
   * What so many tasks at once do.
   *
   * @param tasks how many
   * @param documents a second, all of them together
   * @param cpuMillis processor time for a document
   */
  record Throughput(int tasks, double documents, double cpuMillis) {}

  /** Measures one task and two. */
  List<Throughput> run() {
    BundleFiles files = BundleFiles.of(bundle);
    double[][] rates = new double[2][rounds];
    double[][] cpu = new double[2][rounds];
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < 2; i++) {
        Throughput throughput = measure(files, i + 1);
        rates[i][round] = throughput.documents();
        cpu[i][round] = throughput.cpuMillis();
      }
    }
    ClassifierCache.releaseUnused();
    List<Throughput> medians = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      medians.add(new Throughput(i + 1, Medians.of(rates[i]), Medians.of(cpu[i])));
    }
    return medians;
  }

  private Throughput measure(BundleFiles files, int tasks) {
    try (SparkSession session =
        SparkSession.builder()
            .master("local[%s]".formatted(tasks))
            .appName("compare")
            .config("spark.ui.enabled", false)
            .config("spark.ui.showConsoleProgress", false)
            .getOrCreate()) {
      SharedModel model = SharedModel.broadcast(session.sparkContext(), files, bundle.settings());
      Dataset<Row> classified =
          documents(session)
              .mapPartitions(
                  new ClassifyPartition(model, session.sparkContext().longAccumulator("documents")),
                  Encoders.row(ClassifiedSchema.of(List.of())));
      classified.limit(1).collectAsList();
      classified.write().format("noop").mode("overwrite").save();
      TaskCpuTime time = TaskCpuTime.of(session);
      long start = System.nanoTime();
      classified.write().format("noop").mode("overwrite").save();
      double seconds = (System.nanoTime() - start) / 1e9;
      long documents = (long) PARTITIONS * texts.size();
      session.stop();
      return new Throughput(tasks, documents / seconds, time.nanos() / 1e6 / documents);
    }
  }

  private Dataset<Row> documents(SparkSession session) {
    List<String> each = new ArrayList<>(texts);
    MapFunction<Long, Row> document =
        number ->
            RowFactory.create(Long.toString(number), each.get((int) (number % each.size())), null);
    return session
        .range(0, (long) PARTITIONS * each.size(), 1, PARTITIONS)
        .map(document, Encoders.row(DocumentSchema.of(List.of())));
  }
}
