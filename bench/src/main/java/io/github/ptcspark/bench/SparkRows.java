package io.github.ptcspark.bench;

import io.github.ptcspark.spark.ClassifiedSchema;
import io.github.ptcspark.spark.DocumentSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.io.FileUtils;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/**
 * What Spark's tasks take for a document beside the model: its text is read from Parquet and made a
 * row, and a row with a result is written to Parquet.
 */
final class SparkRows {

  private static final int DOCUMENTS = 4000;

  private final String text;

  /** Documents that all have this text. */
  SparkRows(String text) {
    this.text = text;
  }

  /** Processor time of tasks in microseconds a document; the second of two runs. */
  double micros() throws IOException {
    Path directory = Files.createTempDirectory("rows");
    TaskCpuTime time;
    try (SparkSession session =
        SparkSession.builder()
            .master("local[1]")
            .appName("profile")
            .config("spark.ui.enabled", false)
            .config("spark.ui.showConsoleProgress", false)
            .getOrCreate()) {
      String input = directory.resolve("in").toString();
      session
          .createDataFrame(
              Collections.nCopies(DOCUMENTS, RowFactory.create("id", text, null)),
              DocumentSchema.of(List.of()))
          .repartition(1)
          .write()
          .parquet(input);
      Dataset<Row> classified =
          session
              .read()
              .schema(DocumentSchema.of(List.of()))
              .parquet(input)
              .mapPartitions(new Labelled(), Encoders.row(ClassifiedSchema.of(List.of())));
      classified.write().parquet(directory.resolve("warm").toString());
      time = TaskCpuTime.of(session);
      classified.write().parquet(directory.resolve("out").toString());
    } finally {
      FileUtils.deleteDirectory(directory.toFile());
    }
    return time.nanos() / 1e3 / DOCUMENTS;
  }

  /** Gives every document the same result. */
  private static final class Labelled implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<Row> call(Iterator<Row> documents) {
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return documents.hasNext();
        }

        @Override
        public Row next() {
          return labelled(documents.next());
        }
      };
    }

    private static Row labelled(Row document) {
      int tokens = document.getString(DocumentSchema.TEXT).length() / 4;
      Object[] kept = Collections.nCopies(12, tokens).toArray();
      return RowFactory.create(
          document.getString(DocumentSchema.ID),
          "positive",
          1,
          0.75f,
          new Object[] {0.25f, 0.75f},
          ClassifiedSchema.OK,
          null,
          tokens,
          tokens,
          false,
          1.0,
          2.5,
          RowFactory.create(1, tokens, kept, 0, 1L, 1L));
    }
  }
}
