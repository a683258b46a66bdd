package io.github.ptcspark.job.run;

import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.job.corpus.CorpusChanges;
import io.github.ptcspark.job.output.RunCounts;
import io.github.ptcspark.job.report.Lines;
import io.github.ptcspark.job.report.Numbers;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run did.
 *
 * @param options what was asked for
 * @param labels names of the classes by label id
 * @param settings how the model was run, in an exact precision
 * @param processors what has to run the precision; empty on a GPU
 * @param digest digest of the bundle
 * @param promise of a model that was calibrated
 * @param audit what was found of documents that were classified in full too
 * @param counts what this run wrote
 * @param total what the output holds, of all runs
 * @param unaccepted what was written since a run was last content with its share of rejects, this
 *     run's included
 * @param changes what has happened to files that earlier runs classified
 * @param seconds wall time of reading, classifying and writing
 * @param cores tasks that could run at once
 * @param report where a page about what this run wrote is, if there is one
 */
public record RunSummary(
    ClassifyOptions options,
    List<String> labels,
    ModelSettings settings,
    String processors,
    String digest,
    Optional<RunPromise> promise,
    Optional<RunAudit> audit,
    RunCounts counts,
    RunCounts total,
    RunCounts unaccepted,
    CorpusChanges changes,
    double seconds,
    int cores,
    Optional<String> report) {

  private static final int BAR = 40;

  /**
   * Whether more documents were rejected than the run allows: of its own, and of those of earlier
   * runs that died or found too many themselves.
   */
  public boolean tooManyRejects() {
    return unaccepted.rejected() > options.maxRejectRatio() * unaccepted.documents();
  }

  /** Whether the model's promise was looked after and no longer holds. */
  public boolean brokenPromise() {
    return promise.flatMap(RunPromise::broken).isPresent();
  }

  /** The same with a page. */
  RunSummary withReport(Optional<String> page) {
    return new RunSummary(
        options,
        labels,
        settings,
        processors,
        digest,
        promise,
        audit,
        counts,
        total,
        unaccepted,
        changes,
        seconds,
        cores,
        page);
  }

  /** The summary as people read it. */
  public String text() {
    Lines text = new Lines();
    text.add(
        "documents    %,d in %s, %.1f a second on %d cores, %.1f a second and core",
        counts.documents(),
        Lines.duration(seconds),
        counts.documents() / seconds,
        cores,
        counts.documents() / seconds / cores);
    text.addModel(settings, digest);
    promise.ifPresent(shown -> text.add("promise      %s", shown.text()));
    audit.ifPresent(found -> text.add("audit        %s", found.text()));
    if (counts.tokensRead() > 0) {
      text.add(
          "tokens       %,d read, %,d kept (%.0f %%)",
          counts.tokensRead(),
          counts.tokensKept(),
          100.0 * counts.tokensKept() / counts.tokensRead());
      text.add("cost         %.0f %% of the unpruned model's FLOPs", 100 * counts.cost());
    }
    if (counts.truncated() > 0) {
      text.add("truncated    %,d documents were read in part", counts.truncated());
    }
    if (settings.policy().escalation().isPresent()) {
      text.add(
          "escalated    %,d documents (%s) were unsure and read again at full cost",
          counts.escalated(), Numbers.percent(counts.escalatedShare()));
    }
    bars(text, "labels", counts.labels());
    if (counts.rejected() > 0) {
      bars(text, "rejects", counts.rejects());
    }
    if (total.documents() > counts.documents()) {
      text.add("output       %s, %,d documents in all", options.output(), total.documents());
    } else {
      text.add("output       %s", options.output());
    }
    report.ifPresent(page -> text.add("report       %s", page));
    return text.toString();
  }

  private static void bars(Lines text, String title, Map<String, Long> counts) {
    long largest = counts.values().stream().mapToLong(Long::longValue).max().orElse(1);
    int width = counts.keySet().stream().mapToInt(String::length).max().orElse(1);
    String name = title;
    for (Map.Entry<String, Long> entry : counts.entrySet()) {
      int length = (int) Math.max(1, Math.round((double) BAR * entry.getValue() / largest));
      text.add(
          "%-12s %-" + width + "s  %,10d  %s",
          name,
          entry.getKey(),
          entry.getValue(),
          "#".repeat(length));
      name = "";
    }
  }
}
