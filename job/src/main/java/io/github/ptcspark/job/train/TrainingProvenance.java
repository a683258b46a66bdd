package io.github.ptcspark.job.train;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.Provenance;
import io.github.ptcspark.bundle.Version;
import io.github.ptcspark.inference.NativeRuntime;
import io.github.ptcspark.inference.Precisions;
import io.github.ptcspark.inference.Processor;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Writes down how a model was trained. */
final class TrainingProvenance {

  private TrainingProvenance() {}

  /** The trained model with its provenance; the source of its weights is the base's. */
  static Bundle of(
      Bundle base,
      TrainedModel trained,
      LabelledCorpus training,
      TrainingData data,
      TrainingOptions options,
      String sparkVersion) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("base", base(base));
    Map<String, Object> read = training(training, data.training().size());
    read.put("validation_documents", data.validation().size());
    details.put("training", read);
    details.put("options", options(options));
    details.put("best_epoch", trained.best().epoch());
    details.put("epochs", trained.epochs().stream().map(EpochReport::details).toList());
    trained.divergence().ifPresent(early -> details.put("diverged", early.details()));
    return with(trained.bundle(), base, details, sparkVersion);
  }

  /**
   * A model with a head that was fitted on a few examples, with its provenance.
   *
   * @param threshold how documents out of scope are told apart, if they are
   */
  static Bundle ofFewShot(
      Bundle base,
      Bundle fitted,
      LabelledCorpus training,
      FewShotExamples examples,
      FewShotOptions options,
      Optional<ScopeThreshold> threshold,
      String sparkVersion) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("base", base(base));
    Map<String, Object> read = training(training, examples.examples().size());
    read.put("out_of_scope_documents", examples.outOfScope().size());
    details.put("training", read);
    details.put("options", options(options, fitted));
    threshold.ifPresent(learnt -> details.put("out_of_scope", threshold(options, learnt)));
    return with(fitted, base, details, sparkVersion);
  }

  /** The details are completed by where and with what it was made. */
  private static Bundle with(
      Bundle bundle, Bundle base, Map<String, Object> details, String sparkVersion) {
    details.put("processor", Processor.current().name());
    details.put("versions", versions(sparkVersion));
    return new Bundle(
        bundle.config(),
        bundle.labels(),
        bundle.pooling(),
        bundle.tokenizer(),
        bundle.weights(),
        bundle.settings(),
        new Provenance(
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            base.provenance().source(),
            base.provenance().sourceDigest(),
            details));
  }

  private static Map<String, Object> base(Bundle base) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("digest", BundleFiles.of(base).digest());
    details.put("created", base.provenance().created());
    details.put("details", base.provenance().details());
    return details;
  }

  private static Map<String, Object> training(LabelledCorpus training, int documents) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("source", training.source());
    details.put("sha256", training.digest());
    details.put("documents", documents);
    details.put("skipped", training.skipped());
    return details;
  }

  private static Map<String, Object> options(TrainingOptions options) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("epochs", options.epochs());
    details.put("learning_rate", options.learningRate());
    details.put("warm_up", options.warmUp());
    details.put("weight_decay", options.weightDecay());
    details.put("largest_norm", options.largestNorm());
    details.put("dropout", options.dropout());
    details.put("batch_tokens", options.batchTokens());
    details.put("batch_documents", options.batchDocuments());
    details.put("max_tokens", options.maxTokens());
    details.put("seed", options.seed());
    details.put("threads", options.threads());
    details.put("precision", options.precision().toString());
    return details;
  }

  private static Map<String, Object> options(FewShotOptions options, Bundle fitted) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("head", "few-shot");
    options.examplesPerClass().ifPresent(most -> details.put("examples_per_class", most));
    details.put("strength", LogisticHead.STRENGTH);
    details.put("seed", options.seed());
    details.put("precision", Precisions.fastestHere(fitted.settings().precision()).toString());
    return details;
  }

  private static Map<String, Object> threshold(FewShotOptions options, ScopeThreshold threshold) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("label", options.outOfScope().orElseThrow());
    details.put("logit", threshold.logit());
    details.put("held_out_kept", threshold.kept());
    threshold.refused().ifPresent(share -> details.put("held_out_refused", share));
    details.put("held_out_accuracy", threshold.accuracy());
    return details;
  }

  private static Map<String, Object> versions(String sparkVersion) {
    Map<String, Object> details = new TreeMap<>();
    details.put("ptc-spark", Version.current());
    details.put("spark", sparkVersion);
    details.putAll(NativeRuntime.versions());
    details.put("java", System.getProperty("java.version"));
    return details;
  }
}
