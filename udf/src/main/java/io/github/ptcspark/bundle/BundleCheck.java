package io.github.ptcspark.bundle;

import io.github.ptcspark.pruning.Combination;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks that the parts of a model fit each other. */
final class BundleCheck {

  private static final int SHOWN = 5;

  private BundleCheck() {}

  /**
   * Checks a model.
   *
   * @param failure the beginning of the message where settings are wrong, as in "Cannot read FILE"
   * @return the tensors that it uses
   * @throws BundleException if the policy does not fit the encoder, the full model does not stand
   *     for the same labels, or a tensor is missing, has another shape or holds a value that is not
   *     finite
   */
  static Weights check(Bundle bundle, String failure) {
    try {
      bundle.settings().policy().checkAgainst(bundle.config().shape());
      if (bundle.full().isEmpty()) {
        bundle.settings().policy().requirePruningBeforeEscalation();
      }
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
    Optional<String> lack = bundle.full().flatMap(full -> lackBeside(bundle, full));
    if (lack.isPresent()) {
      throw new BundleException("%s: the full model: %s".formatted(failure, lack.get()));
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

  /** Why one model cannot read in full for another; nothing if it can. */
  static Optional<String> lackBeside(Bundle bundle, Bundle full) {
    if (full.full().isPresent()) {
      return Optional.of("it has a full model of its own");
    }
    if (full.labels().equals(bundle.labels())) {
      return Optional.empty();
    }
    boolean same = Set.copyOf(full.labels()).equals(Set.copyOf(bundle.labels()));
    return Optional.of(
        "it has %s, %s instead of %s"
            .formatted(
                same ? "the same labels in another order" : "other labels",
                shown(full.labels()),
                shown(bundle.labels())));
  }

  private static String shown(List<String> labels) {
    return labels.size() <= SHOWN
        ? labels.toString()
        : "%s and %s more".formatted(labels.subList(0, SHOWN), labels.size() - SHOWN);
  }
}
