package io.github.ptcspark.job.tune;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.inference.Alternatives;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.report.ProgressLine;
import io.github.ptcspark.job.report.figures.PolicyFigures;
import io.github.ptcspark.job.report.figures.SweepFigures;
import io.github.ptcspark.job.report.page.SweepPage;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.spark.ProcessorSurvey;
import io.github.ptcspark.spark.SharedModel;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;

/**
 * Compares policies on a sample: each task labels its documents under all of them in turn, so that
 * what else the machine does slows none more than another. What is done stays in the output; a
 * sweep that was stopped goes on there.
 */
public final class Sweep {

  private static final int FORMAT_VERSION = 2;

  private static final StructType RESULTS =
      new StructType()
          .add("policy", DataTypes.StringType, false)
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
   * The policies to compare: the same weights without pruning, then those that are asked for, each
   * once.
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
    Sample sample = Sample.draw(session, options.sample());
    if (options.sample().labelColumn().isPresent()) {
      sample.checkLabels(bundle.labels());
    }
    ModelSettings settled =
        ProcessorSurvey.settle(
            session.sparkContext(),
            new ModelSettings(policies.get(0), settings.precision(), settings.longDocuments()));
    SweepOutput output =
        SweepOutput.open(
            options.output(),
            identity(policies, sample, settled),
            Comparison.DOCUMENTS_A_TASK * Comparison.slots(session.sparkContext()),
            session.sessionState().newHadoopConf());
    classify(sample, policies, settled, output);
    SweepFigures figures =
        new SweepFigures(
            options.model(),
            files.digest(),
            settled,
            ProcessorSurvey.of(session.sparkContext()).toString(),
            options.sample().corpus().inputs(),
            options.sample().labelColumn(),
            figures(policies, sample, output));
    write(figures, output);
    return figures;
  }

  private Map<String, Object> identity(
      List<PruningPolicy> policies, Sample sample, ModelSettings settled) {
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
      Sample sample, List<PruningPolicy> policies, ModelSettings settled, SweepOutput output) {
    List<Sample.Part> parts = sample.parts(output.documentsAPart());
    List<Sample.Part> open = parts.stream().filter(part -> !output.isDone(part.number())).toList();
    if (open.isEmpty()) {
      return;
    }
    List<PruningPolicy> others = policies.subList(1, policies.size());
    LongAccumulator counter = session.sparkContext().longAccumulator("documents compared");
    int total = open.stream().mapToInt(Sample.Part::size).sum();
    int done = 0;
    try (SharedModel model =
            SharedModel.broadcast(session.sparkContext(), files, settled, Alternatives.of(others));
        ProgressLine progress = new ProgressLine(progressStream, "comparing", "documents", total)) {
      for (Sample.Part part : open) {
        Comparison.label(session, model, Alternatives.of(policies), part, counter)
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

  private List<PolicyFigures> figures(
      List<PruningPolicy> policies, Sample sample, SweepOutput output) {
    Comparison comparison;
    try {
      comparison = Comparison.of(session.read().parquet(output.documents()), policies.get(0));
    } catch (Exception e) { // Spark does not declare what it throws.
      throw new JobException(
          "Cannot read the sweep in %s: %s".formatted(options.output(), JobException.reason(e)), e);
    }
    for (PruningPolicy policy : policies) {
      if (!comparison.isComplete(policy, sample.size())) {
        throw new JobException(
            "Cannot read the sweep in %s: it does not have every document once under every policy; remove %s"
                .formatted(options.output(), output.documents()));
      }
    }
    comparison
        .problem()
        .ifPresent(
            reason -> {
              throw sample.cannotCompare(reason);
            });
    return policies.stream().map(comparison::figures).toList();
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
