package io.github.ptcspark.job.tune;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.github.ptcspark.inference.Alternatives;
import io.github.ptcspark.job.report.figures.PolicyFigures;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.spark.ClassifiedSchema;
import io.github.ptcspark.spark.ComparePolicies;
import io.github.ptcspark.spark.SharedModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;

/** Documents that were labelled under several policies, and what is to be said of each policy. */
final class Comparison {

  /** Documents of a part for each task that runs at once, where a comparison begins. */
  static final int DOCUMENTS_A_TASK = 32;

  /** The policy that a row is about. */
  static final String POLICY = "policy";

  private final PruningPolicy reference;
  private final Map<String, Row> groups;

  private Comparison(PruningPolicy reference, Map<String, Row> groups) {
    this.reference = reference;
    this.groups = groups;
  }

  private static StructType schema() {
    List<StructField> kept = new ArrayList<>(Sample.KEPT);
    kept.add(DataTypes.createStructField(POLICY, DataTypes.StringType, false));
    return ClassifiedSchema.of(kept);
  }

  /**
   * Labels documents in ways that the model was shared for: a row for every document and way, see
   * {@link ComparePolicies}.
   *
   * @param counter counts documents, once for each way
   */
  static Dataset<Row> label(
      SparkSession session,
      SharedModel model,
      Alternatives ways,
      Sample.Part part,
      LongAccumulator counter) {
    return part.documents(session)
        .repartition(Math.min(slots(session.sparkContext()), part.size()))
        .mapPartitions(new ComparePolicies(model, ways, counter), Encoders.row(schema()));
  }

  /** How many tasks run at once. */
  static int slots(SparkContext context) {
    return Math.max(1, context.defaultParallelism());
  }

  /**
   * Compares.
   *
   * @param rows as {@link #label} gives them
   * @param reference the policy whose labels the others should give
   */
  static Comparison of(Dataset<Row> rows, PruningPolicy reference) {
    Column ok = col("status").equalTo(ClassifiedSchema.OK);
    Column labelled = ok.and(col(Sample.TRUTH).isNotNull());
    Dataset<Row> labels =
        rows.where(col(POLICY).equalTo(reference.toString()))
            .select(col(Sample.NUMBER).as("number"), col("label_id").as("reference"));
    Map<String, Row> groups = new HashMap<>();
    rows.join(labels, col(Sample.NUMBER).equalTo(col("number")))
        .groupBy(POLICY)
        .agg(
            count(lit(1)).as("rows"),
            countDistinct(Sample.NUMBER).as("numbers"),
            countIf(ok).as("ok"),
            countIf(not(ok)).as("rejected"),
            countIf(ok.and(col("label_id").equalTo(col("reference")))).as("agreeing"),
            countIf(col("reference").isNotNull()).as("compared"),
            countIf(labelled.and(col("label").equalTo(col(Sample.TRUTH)))).as("right"),
            countIf(labelled).as("labelled"),
            sum("tokens_kept").divide(sum("stats.tokens_read")).as("tokens_kept"),
            sum("stats.flops").divide(sum("stats.flops_dense")).as("cost"),
            avg(when(ok, col("millis"))).as("millis"),
            min("error.message").as("error"))
        .collectAsList()
        .forEach(row -> groups.put(row.getString(0), row));
    return new Comparison(reference, groups);
  }

  private static Column countIf(Column condition) {
    return count(when(condition, lit(1)));
  }

  /** Whether there is every document once under a policy. */
  boolean isComplete(PruningPolicy policy, long documents) {
    Row group = groups.get(policy.toString());
    return group != null
        && group.<Long>getAs("rows") == documents
        && group.<Long>getAs("numbers") == documents;
  }

  /** Why no document has a label under the reference; nothing if one has. */
  Optional<String> problem() {
    Row group = groups.get(reference.toString());
    return group.<Long>getAs("ok") > 0
        ? Optional.empty()
        : Optional.of(
            "without pruning the model labels no document (%s)"
                .formatted(group.<String>getAs("error")));
  }

  /** What is to be said of a policy. */
  PolicyFigures figures(PruningPolicy policy) {
    Row group = groups.get(policy.toString());
    double millis = number(group, "millis");
    return new PolicyFigures(
        group.getAs(POLICY),
        group.getAs("ok"),
        group.getAs("rejected"),
        group.getAs("agreeing"),
        group.getAs("compared"),
        group.getAs("right"),
        group.getAs("labelled"),
        number(group, "tokens_kept"),
        number(group, "cost"),
        millis,
        number(groups.get(reference.toString()), "millis") / millis);
  }

  private static double number(Row group, String name) {
    Double value = group.getAs(name);
    return value == null ? Double.NaN : value;
  }
}
