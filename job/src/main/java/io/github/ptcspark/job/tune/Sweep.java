package io.github.ptcspark.job.tune;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.report.ProgressLine;
import io.github.ptcspark.job.report.figures.PolicyFigures;
import io.github.ptcspark.job.report.figures.SweepFigures;
import io.github.ptcspark.job.report.page.SweepPage;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.spark.ClassifiedSchema;
import io.github.ptcspark.spark.ComparePolicies;
import io.github.ptcspark.spark.ProcessorSurvey;
import io.github.ptcspark.spark.SharedModel;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;

/**
 * Compares policies on a sample: each task labels its documents under all of them in turn, so that
 * what else the machine does slows none more than another. What is done stays in the output; a
 * sweep that was stopped goes on there.
 */
public final class Sweep {

  private static final int FORMAT_VERSION = 1;

  /** Documents of a part for each task that runs at once. */
  private static final int DOCUMENTS_A_TASK = 32;

  private static final String POLICY = "policy";

  private static final StructType RESULTS =
      new StructType()
          .add(POLICY, DataTypes.StringType, false)
          .add("documents", DataTypes.LongType, false)
          .add("rejected", DataTypes.LongType, false)
          .add("agreement", DataTypes.DoubleType, false)
          .add("accuracy", DataTypes.DoubleType, true)
          .add("tokens_kept", DataTypes.DoubleType, false)
          .add("cost", DataTypes.DoubleType, false)
          .add("millis", DataTypes.DoubleType, false)
          .add("speed_up", DataTypes.DoubleType, false)
          .add("on_front", DataTypes.BooleanType, false);

  private final SparkSession session;
  private final BundleFiles files;
  private final ModelSettings settings;
  private final SweepOptions options;
  private final PrintStream progressStream;

  /**
   * A sweep.
   *
   * @param files of a classifier
   * @param settings precision, and what is read of long documents
   * @param progressStream where progress is shown
   */
  public Sweep(
      SparkSession session,
      BundleFiles files,
      ModelSettings settings,
      SweepOptions options,
      PrintStream progressStream) {
    this.session = session;
    this.files = files;
    this.settings = settings;
    this.options = options;
    this.progressStream = progressStream;
  }

  /**
   * The policies to compare: without pruning, then those that are asked for, each once.
   *
   * @throws io.github.ptcspark.bundle.BundleException if one needs training or does not fit
   */
  public static List<PruningPolicy> policies(Bundle bundle, List<PolicyText> texts) {
    Set<PruningPolicy> policies = new LinkedHashSet<>();
    policies.add(bundle.settings().policy().trained());
    for (PolicyText text : texts) {
      SettingsChanges change =
          new SettingsChanges(Optional.of(text), Optional.empty(), Optional.empty());
      policies.add(change.applyTo(bundle).policy());
    }
    return List.copyOf(policies);
  }

  /**
   * Compares.
   *
   * @throws JobException if the sample cannot be read, the output is of another sweep, or the work
   *     fails
   */
  public SweepFigures run() {
    List<PruningPolicy> policies = policies(files.parseClassifier(), options.policies());
    SweepSample sample = SweepSample.draw(session, options);
    if (options.labelColumn().isPresent() && !sample.isLabelled()) {
      throw new JobException(
          "Cannot compare policies on %s: no document has a label"
              .formatted(String.join(", ", options.corpus().inputs())));
    }
    ModelSettings settled =
        ProcessorSurvey.settle(
            session.sparkContext(),
            new ModelSettings(policies.get(0), settings.precision(), settings.longDocuments()));
    SweepOutput output =
        SweepOutput.open(
            options.output(),
            identity(policies, sample, settled),
            session.sessionState().newHadoopConf());
    classify(sample, policies, settled, output);
    SweepFigures figures =
        new SweepFigures(
            options.model(),
            files.digest(),
            settled,
            ProcessorSurvey.of(session.sparkContext()).toString(),
            options.corpus().inputs(),
            options.labelColumn(),
            figures(policies, output));
    write(figures, output);
    return figures;
  }

  private Map<String, Object> identity(
      List<PruningPolicy> policies, SweepSample sample, ModelSettings settled) {
    Map<String, Object> identity = new TreeMap<>();
    identity.put("format version", FORMAT_VERSION);
    identity.put("model", files.digest());
    identity.put("policies", policies.stream().map(PruningPolicy::toString).toList());
    identity.put("precision", settled.precision().toString());
    identity.put("rule for long documents", settled.longDocuments().toString());
    identity.put("documents", sample.digest());
    return identity;
  }

  private void classify(
      SweepSample sample, List<PruningPolicy> policies, ModelSettings settled, SweepOutput output) {
    int slots = Math.max(1, session.sparkContext().defaultParallelism());
    int size = DOCUMENTS_A_TASK * slots;
    List<PruningPolicy> others = policies.subList(1, policies.size());
    LongAccumulator done = session.sparkContext().longAccumulator("documents compared");
    try (SharedModel model = SharedModel.broadcast(session.sparkContext(), files, settled, others);
        ProgressLine progress =
            new ProgressLine(progressStream, "comparing", "documents", sample.size())) {
      for (int part = 0; part * size < sample.size(); part++) {
        int from = part * size;
        int to = Math.min(from + size, sample.size());
        if (!output.isDone(part)) {
          sample
              .documents(session, from, to)
              .repartition(Math.min(slots, to - from))
              .mapPartitions(new ComparePolicies(model, done), Encoders.row(schema()))
              .write()
              .mode(SaveMode.Overwrite)
              .parquet(output.part(part));
        }
        progress.update(to);
      }
      progress.finish();
    } catch (JobException e) {
      throw e;
    } catch (Exception e) { // Spark does not declare what it throws.
      throw new JobException("Cannot compare policies: " + JobException.reason(e), e);
    }
  }

  private static StructType schema() {
    List<StructField> kept = new ArrayList<>(SweepSample.KEPT);
    kept.add(DataTypes.createStructField(POLICY, DataTypes.StringType, false));
    return ClassifiedSchema.of(kept);
  }

  private List<PolicyFigures> figures(List<PruningPolicy> policies, SweepOutput output) {
    Dataset<Row> rows = session.read().parquet(output.documents());
    Dataset<Row> reference =
        rows.where(col(POLICY).equalTo(policies.get(0).toString()))
            .select(col(SweepSample.NUMBER).as("number"), col("label_id").as("unpruned"));
    Column ok = col("status").equalTo(ClassifiedSchema.OK);
    Column compared = ok.and(col("unpruned").isNotNull());
    Column labelled = ok.and(col(SweepSample.TRUTH).isNotNull());
    Map<String, Row> groups = new HashMap<>();
    rows.join(reference, col(SweepSample.NUMBER).equalTo(col("number")))
        .groupBy(POLICY)
        .agg(
            countIf(ok),
            countIf(not(ok)),
            countIf(compared.and(col("label_id").equalTo(col("unpruned")))),
            countIf(compared),
            countIf(labelled.and(col("label").equalTo(col(SweepSample.TRUTH)))),
            countIf(labelled),
            sum("tokens_kept").divide(sum("stats.tokens_read")),
            sum("stats.flops").divide(sum("stats.flops_dense")),
            avg(when(ok, col("millis"))))
        .collectAsList()
        .forEach(row -> groups.put(row.getString(0), row));
    double unpruned = groups.get(policies.get(0).toString()).getDouble(9);
    return policies.stream()
        .map(policy -> figures(groups.get(policy.toString()), unpruned))
        .toList();
  }

  private static PolicyFigures figures(Row row, double unprunedMillis) {
    double millis = row.isNullAt(9) ? Double.NaN : row.getDouble(9);
    return new PolicyFigures(
        row.getString(0),
        row.getLong(1),
        row.getLong(2),
        row.getLong(3),
        row.getLong(4),
        row.getLong(5),
        row.getLong(6),
        row.isNullAt(7) ? Double.NaN : row.getDouble(7),
        row.isNullAt(8) ? Double.NaN : row.getDouble(8),
        millis,
        unprunedMillis / millis);
  }

  private static Column countIf(Column condition) {
    return count(when(condition, lit(1)));
  }

  private void write(SweepFigures figures, SweepOutput output) {
    List<PolicyFigures> front = figures.front();
    List<Row> rows = new ArrayList<>();
    for (PolicyFigures policy : figures.policies()) {
      rows.add(
          RowFactory.create(
              policy.policy(),
              policy.documents(),
              policy.rejected(),
              policy.agreement(),
              policy.accuracy().isPresent() ? policy.accuracy().getAsDouble() : null,
              policy.tokensKept(),
              policy.cost(),
              policy.millis(),
              policy.speedUp(),
              front.contains(policy)));
    }
    try {
      session
          .createDataFrame(rows, RESULTS)
          .coalesce(1)
          .write()
          .mode(SaveMode.Overwrite)
          .parquet(output.policies());
    } catch (Exception e) { // Spark does not declare what it throws.
      throw new JobException(
          "Cannot write %s: %s".formatted(output.policies(), JobException.reason(e)), e);
    }
    output.writePage(new SweepPage(figures).html());
  }
}
