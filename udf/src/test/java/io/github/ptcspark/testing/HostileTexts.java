package io.github.ptcspark.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Prose and what people send instead of prose, as a table. */
public final class HostileTexts {

  /** How many of {@link #HOSTILE} have no word piece, so that no model labels them. */
  public static final int EMPTY = 12;

  /** What is in the way of carefree code; {@link #EMPTY} texts that no model labels come first. */
  public static final List<String> HOSTILE =
      Arrays.asList(
          null,
          "",
          " \t\n\u2003 ",
          "\u00a0\u00a0",
          "\u200b",
          "\ufeff",
          "\u3000",
          "\u0007",
          "\ufe0f",
          "\u0000",
          "\u00ad",
          "\u202f \ufffd",
          "a",
          "the cat is on the house ".repeat(800),
          "x".repeat(50_000),
          "\uD83D\uDE00 \uD83D\uDC69\u200D\uD83D\uDE80 \u4e2d\u6587 \u0627\u0644\u0639",
          "e\u0301\u0301 \u0000 nul",
          "[CLS] [SEP] [MASK] ##a");

  private HostileTexts() {}

  /** The ids of the texts of {@link #table} that no model labels. */
  public static List<String> emptyIds() {
    return IntStream.range(0, EMPTY).mapToObj(HostileTexts::id).toList();
  }

  /**
   * Columns {@code id} and {@code text}: hostile texts, then samples of prose, in three partitions;
   * not from a list, over which Spark evaluates expressions while it plans.
   *
   * @param samples how many samples at most
   */
  public static Dataset<Row> table(SparkSession session, int samples) {
    List<String> texts = new ArrayList<>(HOSTILE);
    texts.addAll(SampleTexts.topics().stream().limit(samples).toList());
    List<Row> rows =
        IntStream.range(0, texts.size())
            .mapToObj(number -> RowFactory.create(id(number), texts.get(number)))
            .toList();
    StructType schema =
        new StructType().add("id", DataTypes.StringType, false).add("text", DataTypes.StringType);
    return session.createDataFrame(
        JavaSparkContext.fromSparkContext(session.sparkContext()).parallelize(rows, 3), schema);
  }

  private static String id(int number) {
    return String.format(Locale.ROOT, "%03d", number);
  }
}
