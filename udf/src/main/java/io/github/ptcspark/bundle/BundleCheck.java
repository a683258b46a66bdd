package io.github.ptcspark.bundle;

import io.github.ptcspark.pruning.Combination;
import java.util.Optional;

/** Checks that the parts of a model fit each other. */
final class BundleCheck {

  private BundleCheck() {}

  /**
   * Checks a model.
   *
   * @param failure the beginning of the message where settings are wrong, as in "Cannot read FILE"
   * @return the tensors that it uses
   * @throws BundleException if the policy does not fit the encoder, or a tensor is missing, has
   *     another shape or holds a value that is not finite
   */
  static Weights check(Bundle bundle, String failure) {
    try {
      bundle.settings().policy().checkAgainst(bundle.config().shape());
    } catch (IllegalArgumentException e) {
      throw new BundleException("%s: %s".formatted(failure, e.getMessage()), e);
    }
    Optional<Combination> combination = bundle.settings().policy().combination();
    if (bundle.pooling() == Pooling.CLS_POOLER && combination.isPresent()) {
      throw new BundleException(
          "%s: pooling %s needs [CLS], which combining layer %s leaves out"
              .formatted(failure, bundle.pooling(), combination.get().layer()));
    }
    Optional<String> problem = Labels.problem(bundle.labels());
    if (problem.isPresent()) {
      throw new BundleException("%s: %s".formatted(failure, problem.get()));
    }
    Weights weights = bundle.weights();
    String classifier = TensorNames.weight(TensorNames.CLASSIFIER);
    if (bundle.labels().isEmpty() && weights.has(classifier)) {
      throw new BundleException(
          "Cannot read %s: tensor %s is there, but config.json has no labels"
              .formatted(weights.source(), classifier));
    }
    return TensorLayout.of(bundle, bundle.settings().policy()).select(weights);
  }
}
