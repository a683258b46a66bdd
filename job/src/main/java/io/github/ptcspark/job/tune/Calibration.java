package io.github.ptcspark.job.tune;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Promise;
import io.github.ptcspark.bundle.Provenance;
import io.github.ptcspark.bundle.Version;
import io.github.ptcspark.inference.Alternatives;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.report.Numbers;
import io.github.ptcspark.job.report.ProgressLine;
import io.github.ptcspark.job.report.figures.PolicyFigures;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.spark.ProcessorSurvey;
import io.github.ptcspark.spark.SharedModel;
import java.io.PrintStream;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.util.LongAccumulator;

/**
 * Finds a policy that a {@link Target} asks for, and what of its agreement with the labels that
 * documents get in full can be promised. One part of a sample orders the candidates from the safest
 * to the fastest; another, which had no part in that, tests them.
 */
public final class Calibration {

  /** One of so many documents orders, the others test. */
  private static final int ORDERING = 3;

  private final SparkSession session;
  private final BundleFiles files;
  private final ModelSettings settings;
  private final CalibrationOptions options;
  private final PrintStream progressStream;
  private final UnaryOperator<PolicyFigures> measured;

  /**
   * A calibration.
   *
   * @param files of a classifier
   * @param settings precision, and what is read of long documents
   * @param progressStream where progress is shown
   */
  public Calibration(
      SparkSession session,
      BundleFiles files,
      ModelSettings settings,
      CalibrationOptions options,
      PrintStream progressStream) {
    this(session, files, settings, options, progressStream, UnaryOperator.identity());
  }

  /**
   * The same with given speeds.
   *
   * @param measured what is taken for the measured figures of a policy
   */
  Calibration(
      SparkSession session,
      BundleFiles files,
      ModelSettings settings,
      CalibrationOptions options,
      PrintStream progressStream,
      UnaryOperator<PolicyFigures> measured) {
    this.session = session;
    this.files = files;
    this.settings = settings;
    this.options = options;
    this.progressStream = progressStream;
    this.measured = measured;
  }

  /**
   * The policies to choose from; that of the weights without pruning only where another model reads
   * in full.
   *
   * @throws io.github.ptcspark.bundle.BundleException if one needs training or does not fit
   * @throws JobException if there is none, or too few documents are to be drawn
   */
  public static List<PruningPolicy> policies(Bundle bundle, CalibrationOptions options) {
    List<PruningPolicy> all =
        Sweep.policies(
            bundle, options.policies().isEmpty() ? Candidates.of(bundle) : options.policies());
    List<PruningPolicy> policies =
        bundle.full().isPresent() ? all : List.copyOf(all.subList(1, all.size()));
    if (policies.isEmpty()) {
      throw new JobException(
          "Cannot calibrate %s: %s prunes nothing".formatted(options.model(), all.get(0)));
    }
    for (PruningPolicy policy : policies) {
      if (!options.escalating() && policy.escalation().isPresent()) {
        throw new JobException(
            "Cannot calibrate %s: policy %s reads documents twice, which --no-escalation excludes"
                .formatted(options.model(), policy));
      }
    }
    requireEnough(options.target(), options.sample().documents());
    return policies;
  }

  /**
   * Calibrates.
   *
   * @throws JobException if the sample cannot be read or is too small, the work fails, or no policy
   *     is accepted
   */
  public CalibrationFigures run() {
    Bundle bundle = files.parseClassifier();
    List<PruningPolicy> policies = policies(bundle, options);
    Sample sample = Sample.draw(session, options.sample());
    requireEnough(options.target(), sample.size());
    if (options.target().needsTruth()) {
      sample.checkLabels(bundle.labels());
    }
    Sample ordering = sample.slice(0, ordering(sample.size()));
    Sample test = sample.slice(ordering.size(), sample.size());
    ModelSettings settled =
        ProcessorSurvey.settle(
            session.sparkContext(),
            new ModelSettings(policies.get(0), settings.precision(), settings.longDocuments()));
    try (SharedModel model =
        SharedModel.broadcast(
            session.sparkContext(), files, settled, new Alternatives(policies, true))) {
      Front front = front(model, policies, ordering);
      Readings tested = new Readings(options.target().needsTruth());
      tested.add(read(model, Alternatives.IN_FULL, test, "testing"));
      requireLabels(tested.labelled(), test.size());
      Target.Choice choice =
          options
              .target()
              .choose(
                  front.figures(),
                  figures -> {
                    PruningPolicy read = front.read(figures);
                    if (!tested.has(read)) {
                      tested.add(read(model, Alternatives.of(List.of(read)), test, "testing"));
                    }
                    return front.tested(figures, tested);
                  });
      ModelSettings calibrated =
          new ModelSettings(
              front.policy(choice.policy()), settled.precision(), settled.longDocuments());
      return new CalibrationFigures(
          options.model(),
          promising(calibrated, choice, test.digest()),
          ProcessorSurvey.of(session.sparkContext()).toString(),
          ordering.size(),
          front.figures().stream()
              .map(
                  figures ->
                      new CalibrationFigures.Candidate(
                          figures, Optional.ofNullable(choice.tested().get(figures))))
              .toList());
    } catch (JobException | BundleException e) {
      throw e;
    } catch (Exception e) { // Spark does not declare what it throws.
      throw new JobException(
          "Cannot calibrate %s: %s".formatted(options.model(), JobException.reason(e)), e);
    }
  }

  private void requireLabels(int labelled, int documents) {
    long fewest = options.target().fewestDocuments();
    if (labelled < fewest) {
      throw options
          .target()
          .cannotPromise(
              "%s of the %s documents of the test count, which get a label in full%s, and it takes %s"
                  .formatted(
                      Numbers.count(labelled),
                      Numbers.count(documents),
                      options.target().needsTruth() ? " and whose true label is known" : "",
                      Numbers.count(fewest)));
    }
  }

  private BundleFiles promising(
      ModelSettings calibrated, Target.Choice choice, String sampleDigest) {
    Target.Tested tested = choice.tested().get(choice.policy());
    Provenance provenance = files.parse().provenance();
    Promise promise =
        new Promise(
            choice.claim(),
            options.target().confidence(),
            tested.documents(),
            tested.disagreements(),
            sampleDigest,
            LocalDate.now(ZoneOffset.UTC).toString(),
            Version.current(),
            files.with(calibrated, provenance).digest(),
            files.parse().full().isPresent());
    return files.with(calibrated, provenance.with(Optional.of(promise)));
  }

  /** How many documents of a sample order; the others test. */
  public static int ordering(int documents) {
    return Math.max(1, documents / ORDERING);
  }

  private static void requireEnough(Target target, int drawn) {
    long fewest = target.fewestDocuments();
    if (drawn - ordering(drawn) < fewest) {
      throw target.cannotPromise(
          ("of %s %s are for the test, and it takes %s even without any disagreement;"
                  + " give at least %s (--documents says how many are drawn)")
              .formatted(
                  Numbers.count(drawn, "document"),
                  Numbers.count(drawn - ordering(drawn)),
                  Numbers.count(fewest),
                  Numbers.count(Math.max(fewest + 1, fewest + (fewest - 1) / (ORDERING - 1)))));
    }
  }

  private Front front(SharedModel model, List<PruningPolicy> policies, Sample documents) {
    Readings readings = new Readings(options.target().needsTruth());
    readings.add(read(model, new Alternatives(policies, true), documents, "comparing"));
    readings
        .problem()
        .ifPresent(
            reason -> {
              throw documents.cannotCompare(reason);
            });
    Front front = Front.of(policies, readings, options.escalating(), measured);
    if (front.isEmpty()) {
      throw options
          .target()
          .cannotPromise(
              "of %s policies none is faster than reading in full on %s documents"
                  .formatted(Numbers.count(policies.size()), Numbers.count(documents.size())));
    }
    return front;
  }

  /** Reads documents in some ways. */
  private List<Row> read(SharedModel model, Alternatives ways, Sample documents, String what) {
    LongAccumulator counter = session.sparkContext().longAccumulator("documents " + what);
    Column[] selected = Readings.COLUMNS.stream().map(functions::col).toArray(Column[]::new);
    List<Row> rows = new ArrayList<>();
    try (ProgressLine progress =
        new ProgressLine(progressStream, what, "documents", documents.size())) {
      int done = 0;
      for (Sample.Part part :
          documents.parts(Comparison.DOCUMENTS_A_TASK * Comparison.slots(session.sparkContext()))) {
        rows.addAll(
            Comparison.label(session, model, ways, part, counter).select(selected).collectAsList());
        done += part.size();
        progress.update(done);
      }
      progress.finish();
    }
    return rows;
  }
}
