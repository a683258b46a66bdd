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

  private static final int FORMAT_VERSION = 2;

  /** Documents of a part for each task that runs at once, where a sweep begins. */
  private static final int DOCUMENTS_A_TASK = 32;

  private static final String POLICY = "policy";

  private static final StructType RESULTS =
      new StructType()
          .add(POLICY, DataTypes.StringType, false)
          .add("documents", DataTypes.LongType, false)
          .add("rejected", DataTypes.LongType, false)
          .add("agreement", DataTypes.DoubleType, false)
          .add("accuracy", DataTypes.DoubleType, true)
          .add("tokens_kept", DataTypes.DoubleType, true)
          .add("cost", DataTypes.DoubleType, true)
          .add("millis", DataTypes.DoubleType, true)
          .add("speed_up", DataTypes.DoubleType, true)
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
   * @throws JobException if the sample cannot be read or has a label that the model does not know,
   *     the output is of another sweep, the work fails, or without pruning the model labels nothing
   */
  public SweepFigures run() {
    Bundle bundle = files.parseClassifier();
    List<PruningPolicy> policies = policies(bundle, options.policies());
    SweepSample sample = SweepSample.draw(session, options);
    if (options.labelColumn().isPresent()) {
      checkLabels(sample.labels(), bundle.labels());
    }
    ModelSettings settled =
        ProcessorSurvey.settle(
            session.sparkContext(),
            new ModelSettings(policies.get(0), settings.precision(), settings.longDocuments()));
    SweepOutput output =
        SweepOutput.open(
            options.output(),
            identity(policies, sample, settled),
            DOCUMENTS_A_TASK * slots(),
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
            figures(policies, sample, output));
    write(figures, output);
    return figures;
  }

  private void checkLabels(Set<String> labels, List<String> known) {
    if (labels.isEmpty()) {
      throw cannotCompare("no document has a label");
    }
    for (String label : labels) {
      if (!known.contains(label)) {
        throw cannotCompare("the model does not know label \"%s\"".formatted(label));
      }
    }
  }

  private JobException cannotCompare(String reason) {
    return new JobException(
        "Cannot compare policies on %s: %s"
            .formatted(String.join(", ", options.corpus().inputs()), reason));
  }

  private int slots() {
    return Math.max(1, session.sparkContext().defaultParallelism());
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
    identity.put("true labels", sample.digestOfLabels());
    return identity;
  }

  private void classify(
      SweepSample sample, List<PruningPolicy> policies, ModelSettings settled, SweepOutput output) {
    List<SweepSample.Part> parts = sample.parts(output.documentsAPart());
    List<SweepSample.Part> open =
        parts.stream().filter(part -> !output.isDone(part.number())).toList();
    if (open.isEmpty()) {
      return;
    }
    List<PruningPolicy> others = policies.subList(1, policies.size());
    LongAccumulator counter = session.sparkContext().longAccumulator("documents compared");
    int total = open.stream().mapToInt(SweepSample.Part::size).sum();
    int done = 0;
    try (SharedModel model = SharedModel.broadcast(session.sparkContext(), files, settled, others);
        ProgressLine progress = new ProgressLine(progressStream, "comparing", "documents", total)) {
      for (SweepSample.Part part : open) {
        part.documents(session)
            .repartition(Math.min(slots(), part.size()))
            .mapPartitions(new ComparePolicies(model, counter), Encoders.row(schema()))
            .write()
            .mode(SaveMode.Overwrite)
            .parquet(output.part(part.number()));
        done += part.size();
        progress.update(done);
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

  private List<PolicyFigures> figures(
      List<PruningPolicy> policies, SweepSample sample, SweepOutput output) {
    Map<String, Row> groups = groups(policies.get(0), output);
    for (PruningPolicy policy : policies) {
      Row group = groups.get(policy.toString());
      if (group == null
          || group.<Long>getAs("rows") != sample.size()
          || group.<Long>getAs("numbers") != sample.size()) {
        throw new JobException(
            "Cannot read the sweep in %s: it does not have every document once under every policy; remove %s"
                .formatted(options.output(), output.documents()));
      }
    }
    Row unpruned = groups.get(policies.get(0).toString());
    if (unpruned.<Long>getAs("ok") == 0) {
      throw cannotCompare(
          "without pruning the model labels no document (%s)"
              .formatted(unpruned.<String>getAs("error")));
    }
    double millis = unpruned.getAs("millis");
    return policies.stream().map(policy -> figures(groups.get(policy.toString()), millis)).toList();
  }

  /** What is to be said of each policy, by its text. */
  private Map<String, Row> groups(PruningPolicy unpruned, SweepOutput output) {
    Column ok = col("status").equalTo(ClassifiedSchema.OK);
    Column labelled = ok.and(col(SweepSample.TRUTH).isNotNull());
    Map<String, Row> groups = new HashMap<>();
    try {
      Dataset<Row> rows = session.read().parquet(output.documents());
      Dataset<Row> reference =
          rows.where(col(POLICY).equalTo(unpruned.toString()))
              .select(col(SweepSample.NUMBER).as("number"), col("label_id").as("unpruned"));
      rows.join(reference, col(SweepSample.NUMBER).equalTo(col("number")))
          .groupBy(POLICY)
          .agg(
              count(lit(1)).as("rows"),
              countDistinct(SweepSample.NUMBER).as("numbers"),
              countIf(ok).as("ok"),
              countIf(not(ok)).as("rejected"),
              countIf(ok.and(col("label_id").equalTo(col("unpruned")))).as("agreeing"),
              countIf(col("unpruned").isNotNull()).as("compared"),
              countIf(labelled.and(col("label").equalTo(col(SweepSample.TRUTH)))).as("right"),
              countIf(labelled).as("labelled"),
              sum("tokens_kept").divide(sum("stats.tokens_read")).as("tokens_kept"),
              sum("stats.flops").divide(sum("stats.flops_dense")).as("cost"),
              avg(when(ok, col("millis"))).as("millis"),
              min("error.message").as("error"))
          .collectAsList()
          .forEach(row -> groups.put(row.getString(0), row));
      return groups;
    } catch (Exception e) { // Spark does not declare what it throws.
      throw new JobException(
          "Cannot read the sweep in %s: %s".formatted(options.output(), JobException.reason(e)), e);
    }
  }

  private static PolicyFigures figures(Row group, double unprunedMillis) {
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
        unprunedMillis / millis);
  }

  private static double number(Row group, String name) {
    Double value = group.getAs(name);
    return value == null ? Double.NaN : value;
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
              orNull(policy.tokensKept()),
              orNull(policy.cost()),
              orNull(policy.millis()),
              orNull(policy.speedUp()),
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

  private static Double orNull(double value) {
    return Double.isNaN(value) ? null : value;
  }
}
