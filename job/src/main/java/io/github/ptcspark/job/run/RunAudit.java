package io.github.ptcspark.job.run;

import io.github.ptcspark.bundle.Claim;
import io.github.ptcspark.bundle.Promise;
import io.github.ptcspark.job.output.RunCounts;
import io.github.ptcspark.job.report.ExactBounds;
import io.github.ptcspark.job.report.Numbers;
import io.github.ptcspark.job.run.PromiseEvidence.Audited;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an audit says of the pruned model's agreement with the unpruned one.
 *
 * @param share of documents that were audited
 * @param run what was audited in this run
 * @param output what was audited in all runs of the output
 * @param slicesBefore slices of the output before this run
 * @param promise of agreement, if the model has one that speaks of this run
 */
public record RunAudit(
    double share, Audited run, Audited output, long slicesBefore, Optional<Promise> promise) {

  private static final double RISK = 0.05;

  /**
   * That of a run.
   *
   * @param promise of the model, if it was calibrated
   */
  static RunAudit of(
      double share,
      RunCounts run,
      RunCounts output,
      long slicesBefore,
      Optional<RunPromise> promise) {
    return new RunAudit(
        share,
        new Audited(run.audited(), run.disagreements()),
        new Audited(output.audited(), output.disagreements()),
        slicesBefore,
        promise
            .filter(shown -> shown.lack().isEmpty())
            .map(RunPromise::promise)
            .filter(shown -> shown.claim() instanceof Claim.Agreement));
  }

  /**
   * Whether the promise no longer holds. While it does, this is ever said of an output with a
   * probability of at most 1 - confidence of the promise, however many runs are audited.
   */
  public boolean isBroken() {
    return promise.filter(shown -> evidence(shown) >= 1 / (1 - shown.confidence())).isPresent();
  }

  private double evidence(Promise shown) {
    return new PromiseEvidence(1 - agreement(shown)).of(output, run, slicesBefore);
  }

  private static double agreement(Promise shown) {
    return ((Claim.Agreement) shown.claim()).share();
  }

  /** What a summary says. */
  String text() {
    if (run.documents() == 0) {
      return "no document was drawn (a share of %s)".formatted(share);
    }
    return "%s of %s read without pruning too got the same label: %s (95 %% interval %s to %s)"
        .formatted(
            Numbers.count(agreeing()),
            Numbers.count(run.documents(), "document"),
            Numbers.percent(agreeing(), run.documents()),
            Numbers.percent(low()),
            Numbers.percent(high()));
  }

  /** What is said where the promise is broken. */
  public String warning() {
    return "the model's promise no longer holds: %s of %s audited documents of this output got another"
            .formatted(Numbers.count(output.disagreements()), Numbers.count(output.documents()))
        + " label than without pruning, where %s may; calibrate anew on documents like these"
            .formatted(Numbers.percent(1 - agreement(promise.orElseThrow())));
  }

  /** What a manifest says. */
  Map<String, Object> entries() {
    Map<String, Object> entries = new LinkedHashMap<>();
    entries.put("share", share);
    entries.put("documents", run.documents());
    entries.put("disagreements", run.disagreements());
    if (run.documents() > 0) {
      entries.put("agreement_low", low());
      entries.put("agreement_high", high());
    }
    entries.put("output_documents", output.documents());
    entries.put("output_disagreements", output.disagreements());
    promise.ifPresent(
        shown -> {
          entries.put("evidence", evidence(shown));
          entries.put("promise_holds", !isBroken());
        });
    entries.put("text", isBroken() ? warning() : text());
    return entries;
  }

  /** See {@link ExactBounds}, as {@link #high}. */
  private double low() {
    return ExactBounds.lower(agreeing(), run.documents(), RISK / 2);
  }

  private double high() {
    return ExactBounds.upper(agreeing(), run.documents(), RISK / 2);
  }

  private long agreeing() {
    return run.documents() - run.disagreements();
  }
}
