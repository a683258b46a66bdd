package io.github.ptcspark.bundle;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/**
 * What was shown of a model: how often its labels are those that it gives without pruning, on
 * documents like those of a sample.
 *
 * @param agreement share of documents, of 1, that get the same label at least
 * @param confidence probability, over the draw of the sample, that this is not claimed wrongly
 * @param documents that it was tested on, without those that the unpruned model rejects
 * @param disagreements documents among them with another label, or none
 * @param sampleDigest SHA-256 of ids and texts of the test, rejected documents included
 * @param tested date, ISO 8601
 * @param version of ptc-spark that tested
 * @param model digest of the model that it was shown for, see {@link BundleFiles#digest()}
 */
public record Promise(
    double agreement,
    double confidence,
    int documents,
    int disagreements,
    String sampleDigest,
    String tested,
    String version,
    String model) {

  /**
   * A promise.
   *
   * @throws IllegalArgumentException if shares or counts cannot be
   */
  public Promise {
    if (!(agreement > 0 && agreement < 1)) {
      throw new IllegalArgumentException(
          "agreement: %s is not between 0 and 1".formatted(agreement));
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "confidence: %s is not between 0 and 1".formatted(confidence));
    }
    if (disagreements < 0 || documents <= disagreements) {
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
    return String.format(
        Locale.ROOT,
        "at least %s %% of documents like the sample's get the unpruned model's label (confidence"
            + " %s %%; %,d of %,d tested documents did, %s, ptc %s)",
        percent(agreement),
        percent(confidence),
        documents - disagreements,
        documents,
        tested,
        version);
  }

  private static String percent(double share) {
    // The number that a user wrote: 0.99 is 99, whatever 100 * 0.99 is.
    return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString();
  }
}
