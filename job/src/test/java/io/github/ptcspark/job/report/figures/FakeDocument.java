package io.github.ptcspark.job.report.figures;

import io.github.ptcspark.spark.ClassifiedSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/** A document of an output that no run has written, with its true label in the column truth. */
public record FakeDocument(
    String id,
    String truth,
    String label,
    float score,
    String code,
    int tokensRead,
    int tokensKept,
    List<Integer> keptPerLayer,
    boolean truncated,
    boolean escalated,
    long flops,
    long flopsDense,
    double millis) {

  static final int LAYERS = 4;

  private static final List<String> LABELS = List.of("x", "y", "z");
  private static final List<String> CODES = List.of("empty-text", "malformed-record");

  /** One in ten is rejected, one in five has no true label. */
  public static FakeDocument random(String id, Random random) {
    double millis = random.nextInt(1000) + random.nextDouble();
    if (random.nextInt(10) == 0) {
      return rejected(id, CODES.get(random.nextInt(2)), millis);
    }
    int read = 3 + random.nextInt(600);
    List<Integer> kept = new ArrayList<>();
    int alive = read;
    for (int i = 0; i < LAYERS; i++) {
      kept.add(alive);
      alive -= random.nextInt(alive);
    }
    String truth = random.nextInt(5) == 0 ? (random.nextBoolean() ? " \t" : null) : label(random);
    return new FakeDocument(
        id,
        truth,
        label(random),
        random.nextFloat(),
        null,
        read,
        alive,
        kept,
        random.nextInt(20) == 0,
        random.nextInt(7) == 0,
        1_000L * alive,
        1_000L * read,
        millis);
  }

  /** A document without a label. */
  public static FakeDocument rejected(String id, String code, double millis) {
    return new FakeDocument(id, "x", null, 0, code, 0, 0, List.of(), false, false, 0, 0, millis);
  }

  FakeDocument withScore(float other) {
    return new FakeDocument(
        id, truth, "x", other, null, 10, 5, List.of(9, 8, 7, 6), false, false, 1, 2, millis);
  }

  boolean isLabelled() {
    return code == null;
  }

  double right() {
    return label.equals(truth) ? 1 : 0;
  }

  /** The documents as an output has them. */
  public static Dataset<Row> rows(SparkSession session, List<FakeDocument> documents) {
    return session.createDataFrame(
        documents.stream().map(FakeDocument::row).toList(),
        ClassifiedSchema.of(
            List.of(DataTypes.createStructField("truth", DataTypes.StringType, true))));
  }

  private Row row() {
    if (!isLabelled()) {
      return RowFactory.create(
          id,
          truth,
          null,
          null,
          null,
          null,
          ClassifiedSchema.REJECTED,
          RowFactory.create(code, "<b>" + id),
          null,
          null,
          null,
          null,
          null,
          null,
          millis,
          null);
    }
    return RowFactory.create(
        id,
        truth,
        label,
        LABELS.indexOf(label),
        score,
        new float[] {score},
        ClassifiedSchema.OK,
        null,
        tokensRead - 2,
        tokensKept,
        truncated,
        escalated,
        null,
        (double) flops / flopsDense,
        millis,
        RowFactory.create(
            1,
            tokensRead,
            keptPerLayer.stream().mapToInt(Integer::intValue).toArray(),
            0,
            flops,
            flopsDense));
  }

  private static String label(Random random) {
    return LABELS.get(random.nextInt(3));
  }
}
