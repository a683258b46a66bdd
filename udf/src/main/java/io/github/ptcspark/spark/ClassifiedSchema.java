package io.github.ptcspark.spark;

import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.pruning.PruningStatistics;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Rows of the output: {@code id}, the kept columns, then what classification adds. */
public final class ClassifiedSchema {

  /** The value of {@code status} of a labelled document. */
  public static final String OK = "ok";

  /** The value of {@code status} of a document that got no label; {@code error} says why. */
  public static final String REJECTED = "rejected";

  /** What pruning did, in detail: the fields of {@link PruningStatistics}. */
  public static final StructType STATISTICS =
      new StructType()
          .add("windows", DataTypes.IntegerType, false)
          .add("tokens_read", DataTypes.IntegerType, false)
          .add("kept_per_layer", DataTypes.createArrayType(DataTypes.IntegerType, false), false)
          .add("combination_tokens", DataTypes.IntegerType, false)
          .add("flops", DataTypes.LongType, false)
          .add("flops_dense", DataTypes.LongType, false);

  private static final StructType RESULT =
      new StructType()
          .add("label", DataTypes.StringType, true)
          .add("label_id", DataTypes.IntegerType, true)
          .add("score", DataTypes.FloatType, true)
          .add("scores", DataTypes.createArrayType(DataTypes.FloatType, false), true)
          .add("status", DataTypes.StringType, false)
          .add("error", DocumentSchema.ERROR_TYPE, true)
          .add("tokens", DataTypes.IntegerType, true)
          .add("tokens_kept", DataTypes.IntegerType, true)
          .add("truncated", DataTypes.BooleanType, true)
          .add("escalated", DataTypes.BooleanType, true)
          .add("audit_label", DataTypes.StringType, true)
          .add("cost", DataTypes.DoubleType, true)
          .add("millis", DataTypes.DoubleType, false)
          .add("stats", STATISTICS, true);

  private ClassifiedSchema() {}

  /** Names of the columns that every output has. */
  public static List<String> names() {
    List<String> names = new ArrayList<>(List.of("id"));
    names.addAll(List.of(RESULT.fieldNames()));
    return names;
  }

  /** The schema with kept columns. */
  public static StructType of(List<StructField> kept) {
    List<StructField> fields = new ArrayList<>();
    fields.add(DataTypes.createStructField("id", DataTypes.StringType, false));
    fields.addAll(kept);
    fields.addAll(List.of(RESULT.fields()));
    return DataTypes.createStructType(fields);
  }

  /** The row of a labelled document. */
  static Row labelled(Row document, Classification result, String auditLabel, double millis) {
    PruningStatistics statistics = result.statistics();
    return row(
        document,
        result.label(),
        result.labelId(),
        result.score(),
        result.scores().toArray(),
        OK,
        null,
        result.tokens(),
        result.tokensKept(),
        result.truncated(),
        result.escalated(),
        auditLabel,
        statistics.cost(),
        millis,
        RowFactory.create(
            statistics.windows(),
            statistics.tokensRead(),
            statistics.keptPerLayer().toArray(),
            statistics.combinationTokens(),
            statistics.flops(),
            statistics.flopsDense()));
  }

  /** The row of a document without a label. */
  static Row rejected(Row document, Row error, String auditLabel, double millis) {
    return row(
        document,
        null,
        null,
        null,
        null,
        REJECTED,
        error,
        null,
        null,
        null,
        null,
        auditLabel,
        null,
        millis,
        null);
  }

  private static Row row(Row document, Object... result) {
    int kept = document.length() - DocumentSchema.FIRST_KEPT;
    Object[] values = new Object[1 + kept + result.length];
    values[0] = document.get(DocumentSchema.ID);
    for (int i = 0; i < kept; i++) {
      values[1 + i] = document.get(DocumentSchema.FIRST_KEPT + i);
    }
    System.arraycopy(result, 0, values, 1 + kept, result.length);
    return RowFactory.create(values);
  }
}
