package io.github.ptcspark.job.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ptcspark.bundle.Claim;
import io.github.ptcspark.bundle.Promise;
import io.github.ptcspark.job.output.RunCounts;
import io.github.ptcspark.job.report.ExactBounds;
import io.github.ptcspark.job.report.Numbers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What audits say of how often a run gives the labels that documents get in full.
 *
 * @param share of documents that were audited in this run
 * @param run what was audited in this run
 * @param latest what was audited since a run was last content, this one and those that died
 *     included
 * @param output what was audited in all runs of the output
 * @param slicesBefore slices of the output before this run
 * @param promise of the model, if it speaks of this run
 * @param brokenBefore whether an earlier run of the output found it broken
 */
public record RunAudit(
    double share,
    Audited run,
    Audited latest,
    Audited output,
    long slicesBefore,
    Optional<Promise> promise,
    boolean brokenBefore) {

  private static final double RISK = 0.05;

  /**
   * The audit of a run; nothing if nothing was to be audited, and no earlier run found the promise
   * broken.
   *
   * @param counts of this run
   * @param latest counts since a run was last content
   * @param output counts of all runs
   * @param promise of the model, if it was calibrated
   * @param before what the last run said of the output
   */
  static Optional<RunAudit> of(
      double share,
      RunCounts counts,
      RunCounts latest,
      RunCounts output,
      long slicesBefore,
      Optional<RunPromise> promise,
      Optional<JsonNode> before) {
    Optional<Promise> speaking =
        promise.filter(shown -> shown.lack().isEmpty()).map(RunPromise::promise);
    RunAudit audit =
        new RunAudit(
            share,
            audited(counts),
            audited(latest),
            audited(output),
            slicesBefore,
            speaking,
            speaking.filter(shown -> wasBroken(before, shown)).isPresent());
    return share > 0 || audit.brokenBefore ? Optional.of(audit) : Optional.empty();
  }

  private static Audited audited(RunCounts counts) {
    return new Audited(counts.audited(), counts.disagreements());
  }

  /** Whether that was said of the same promise, not of one before the model was calibrated anew. */
  private static boolean wasBroken(Optional<JsonNode> before, Promise promise) {
    return before
        .filter(manifest -> !manifest.at("/audit/promise_holds").asBoolean(true))
        .filter(
            manifest ->
                manifest.at("/promise/sample_digest").asText().equals(promise.sampleDigest()))
        .isPresent();
  }

  /**
   * Whether the promise no longer holds. While it does, this is ever said of an output with a
   * probability of at most 1 - confidence of the promise, however many runs are audited; once it
   * was said, it stays so.
   */
  public boolean isBroken() {
    return brokenBefore || logEvidence() >= -Math.log(1 - confidence());
  }

  private double confidence() {
    return promise.map(Promise::confidence).orElse(1.0);
  }

  /** Of a promise that agreement says nothing of there is no evidence. */
  private double logEvidence() {
    return promise
        .filter(RunAudit::isOfAgreement)
        .map(shown -> new PromiseEvidence(1 - agreement(shown)).logOf(output, latest, slicesBefore))
        .orElse(Double.NEGATIVE_INFINITY);
  }

  private static boolean isOfAgreement(Promise shown) {
    return shown.claim() instanceof Claim.Agreement;
  }

  private static double agreement(Promise shown) {
    return ((Claim.Agreement) shown.claim()).share();
  }

  /** What a summary says. */
  String text() {
    if (share == 0) {
      return "none in this run";
    }
    if (run.documents() == 0) {
      return "no document was drawn (a share of %s)".formatted(share);
    }
    String text =
        "%s of %s read at full cost too got the same label: %s (95 %% interval %s to %s)"
            .formatted(
                Numbers.count(agreeing()),
                Numbers.count(run.documents(), "document"),
                Numbers.percent(agreeing(), run.documents()),
                Numbers.percent(low()),
                Numbers.percent(high()));
    return promise.isEmpty() || isOfAgreement(promise.get())
        ? text
        : text + "; which labels are right, as the promise has it, an audit cannot tell";
  }

  /** What is said where the promise is broken. */
  public String warning() {
    return "the model's promise no longer holds: %s of %s audited documents of this output got another"
            .formatted(Numbers.count(output.disagreements()), Numbers.count(output.documents()))
        + " label than at full cost, where %s may; calibrate anew on documents like these"
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
    if (promise.filter(RunAudit::isOfAgreement).isPresent()) {
      double evidence = logEvidence();
      entries.put("log_evidence", Double.isInfinite(evidence) ? null : evidence);
      entries.put("promise_holds", !isBroken());
    }
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
