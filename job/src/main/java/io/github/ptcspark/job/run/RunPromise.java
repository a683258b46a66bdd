package io.github.ptcspark.job.run;

import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.Claim;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Promise;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The promise of a model that was calibrated, in a run.
 *
 * @param promise of the model
 * @param lack why it says nothing of the run; nothing if it does
 * @param broken what audits of the output say against it; nothing if it holds
 */
public record RunPromise(Promise promise, Optional<String> lack, Optional<String> broken) {

  /** That of a model; nothing if it was not calibrated. */
  static Optional<RunPromise> of(BundleFiles files, ModelSettings run) {
    return files
        .parse()
        .provenance()
        .promise()
        .map(promise -> new RunPromise(promise, promise.lack(files, run), Optional.empty()));
  }

  /** The same after an audit. */
  RunPromise after(Optional<RunAudit> audit) {
    return new RunPromise(promise, lack, audit.filter(RunAudit::isBroken).map(RunAudit::warning));
  }

  /** What a summary says. */
  String text() {
    return broken
        .or(() -> lack.map(reason -> "none for this run: " + reason))
        .orElseGet(promise::toString);
  }

  /** What a manifest says. */
  Map<String, Object> entries() {
    Map<String, Object> entries = new LinkedHashMap<>();
    entries.put("holds", lack.isEmpty() && broken.isEmpty());
    entries.put("text", text());
    if (promise.claim() instanceof Claim.Agreement agreement) {
      entries.put("agreement", agreement.share());
    }
    if (promise.claim() instanceof Claim.AccuracyLoss loss) {
      entries.put("max_accuracy_loss", loss.most());
    }
    entries.put("confidence", promise.confidence());
    entries.put("documents", promise.documents());
    entries.put("disagreements", promise.disagreements());
    entries.put("sample_digest", promise.sampleDigest());
    entries.put("tested", promise.tested());
    entries.put("version", promise.version());
    return entries;
  }
}
