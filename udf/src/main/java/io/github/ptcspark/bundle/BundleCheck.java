package io.github.ptcspark.bundle;

import io.github.ptcspark.pruning.PtcPolicy;

/** Checks that the parts of a model fit each other. */
public final class BundleCheck {

  private BundleCheck() {}

  /**
   * Checks a model.
   *
   * @param settingsSource where its settings come from, for messages
   * @return the tensors that it uses
   * @throws BundleException if the policy does not fit the encoder, or a tensor is missing, has
   *     another shape or holds a value that is not finite
   */
  public static Weights check(Bundle bundle, String settingsSource) {
    try {
      bundle.settings().policy().checkAgainst(bundle.config().shape());
    } catch (IllegalArgumentException e) {
      throw new BundleException("Cannot read %s: %s".formatted(settingsSource, e.getMessage()), e);
    }
    if (bundle.pooling() == Pooling.CLS_POOLER
        && bundle.settings().policy() instanceof PtcPolicy ptc
        && ptc.combines()) {
      throw new BundleException(
          "Cannot read %s: pooling %s needs [CLS], which combining layer %d leaves out"
              .formatted(settingsSource, bundle.pooling(), ptc.combiningLayer()));
    }
    Weights weights = bundle.weights();
    String classifier = TensorNames.weight(TensorNames.CLASSIFIER);
    if (bundle.labels().isEmpty() && weights.has(classifier)) {
      throw new BundleException(
          "Cannot read %s: tensor %s is there, but config.json has no labels"
              .formatted(weights.source(), classifier));
    }
    return new RequiredTensors(
            bundle.config(), bundle.labels().size(), bundle.pooling(), bundle.settings().policy())
        .select(weights);
  }
}
