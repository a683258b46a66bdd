package io.github.ptcspark.job.run;

import io.github.ptcspark.bundle.Version;
import io.github.ptcspark.job.corpus.FileNames;
import io.github.ptcspark.job.output.Output;
import io.github.ptcspark.job.output.RunCounts;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** The record of a run that came to its end, with all that its output holds. */
final class Manifest {

  private static final int FORMAT_VERSION = 4;

  private final RunSummary summary;
  private final Output output;
  private final String sparkVersion;

  Manifest(RunSummary summary, Output output, String sparkVersion) {
    this.summary = summary;
    this.output = output;
    this.sparkVersion = sparkVersion;
  }

  Map<String, Object> entries() {
    RunCounts counts = summary.total();
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("format_version", FORMAT_VERSION);
    root.put("finished", Instant.now().toString());
    root.put("input", summary.options().corpus().inputs());
    root.put(
        "model",
        entries(
            "path", summary.options().model(),
            "digest", summary.digest(),
            "labels", summary.labels(),
            "policy", summary.settings().policy().toString(),
            "precision", summary.settings().precision().family().toString(),
            "arithmetic", summary.settings().precision().toString(),
            "long_documents", summary.settings().longDocuments().toString()));
    summary.promise().ifPresent(promise -> root.put("promise", promise.entries()));
    summary.audit().ifPresent(audit -> root.put("audit", audit.entries()));
    root.put(
        "versions",
        entries(
            "ptc", Version.current(),
            "spark", sparkVersion,
            "java", System.getProperty("java.version")));
    root.put(
        "counts",
        entries(
            "documents", counts.documents(),
            "labelled", counts.labelled(),
            "rejected", counts.rejected(),
            "truncated", counts.truncated(),
            "escalated", counts.escalated(),
            "labels", counts.labels(),
            "rejects", counts.rejects()));
    root.put(
        "totals",
        entries(
            "tokens_read", counts.tokensRead(),
            "tokens_kept", counts.tokensKept(),
            "flops", counts.flops(),
            "flops_dense", counts.flopsDense(),
            "millis", counts.millis()));
    root.put(
        "run",
        entries(
            "documents", summary.counts().documents(),
            "rejected", summary.counts().rejected(),
            "processors", summary.processors(),
            "changed_files", entries(summary.changes().changed()),
            "vanished_files", entries(summary.changes().vanished()),
            "wall_seconds", summary.seconds()));
    root.put("slices", output.slices());
    root.put("removed", entries("files", output.gone().files(), "documents", output.gone().rows()));
    return root;
  }

  private static Map<String, Object> entries(FileNames names) {
    return entries("count", names.count(), "first", names.first());
  }

  private static Map<String, Object> entries(Object... namesAndValues) {
    Map<String, Object> entries = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      entries.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return entries;
  }
}
