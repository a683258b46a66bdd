package io.github.ptcspark.bundle;

import java.util.Optional;

/**
 * What was shown of a model, on documents like those of a sample.
 *
 * @param claim what
 * @param confidence probability, over the draw of the sample, that this is not claimed wrongly
 * @param documents that it was tested on, without those that are rejected in full
 * @param disagreements documents among them with another label than in full, or none
 * @param sampleDigest SHA-256 of ids and texts of the test, rejected documents included
 * @param tested date, ISO 8601
 * @param version of ptc-spark that tested
 * @param model digest of the model that it was shown for, see {@link BundleFiles#digest()}
 * @param ofFullModel whether a full model beside it reads in full, not the same without pruning
 */
public record Promise(
    Claim claim,
    double confidence,
    int documents,
    int disagreements,
    String sampleDigest,
    String tested,
    String version,
    String model,
    boolean ofFullModel) {

  /**
   * A promise.
   *
   * @throws IllegalArgumentException if the confidence or counts cannot be
   */
  public Promise {
    Claim.requireShare("confidence", confidence);
    if (disagreements < 0
        || documents < disagreements
        || (documents == disagreements && claim instanceof Claim.Agreement)) {
      throw new IllegalArgumentException(
          "disagreements: %s of %s documents cannot be".formatted(disagreements, documents));
    }
  }

  /**
   * Why it says nothing of a run; nothing if it holds for it.
   *
   * @param bundle that carries it
   * @param run how the model is run, in an exact precision
   */
  public Optional<String> lack(BundleFiles bundle, ModelSettings run) {
    ModelSettings own = bundle.parse().settings();
    if (!model.equals(bundle.digest())) {
      return Optional.of("the model is not the one that was tested");
    }
    if (!run.policy().equals(own.policy())) {
      return Optional.of("it was tested under policy %s".formatted(own.policy()));
    }
    if (run.precision() != own.precision()) {
      return Optional.of("it was tested in %s".formatted(own.precision()));
    }
    if (run.longDocuments() != own.longDocuments()) {
      return Optional.of("it was tested with long documents: %s".formatted(own.longDocuments()));
    }
    return Optional.empty();
  }

  /** The promise in a sentence. */
  @Override
  public String toString() {
    String inFull = ofFullModel ? "the full model" : "the unpruned model";
    return "%s (confidence %s %%; %s, %s, ptc %s)"
        .formatted(
            claim.text(inFull),
            Claim.percent(confidence),
            claim.evidence(documents, disagreements, inFull),
            tested,
            version);
  }
}
