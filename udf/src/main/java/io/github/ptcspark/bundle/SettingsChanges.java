package io.github.ptcspark.bundle;

import io.github.ptcspark.pruning.NoPruning;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.PtcPolicy;
import java.util.Optional;

/**
 * What a run changes in a bundle's settings. Only what needs no training can be changed: the token
 * combining module is trained, so neither its layer nor the number of its tokens.
 *
 * @param method the pruning method
 * @param keepRatio the ratio of tokens that a layer keeps
 * @param fuzzy how fuzzy sets restrict the pruning
 * @param scope what a pruned token loses
 * @param firstPrunedLayer the first layer that works on fewer tokens
 * @param every how many layers share a pruning
 * @param precision arithmetic of the linear layers
 * @param longDocuments what is read of a long document
 */
public record SettingsChanges(
    Optional<String> method,
    Optional<Double> keepRatio,
    Optional<PtcPolicy.Fuzzy> fuzzy,
    Optional<PtcPolicy.Scope> scope,
    Optional<Integer> firstPrunedLayer,
    Optional<Integer> every,
    Optional<Precision> precision,
    Optional<LongDocuments> longDocuments) {

  /** No change. */
  public static final SettingsChanges NONE =
      new SettingsChanges(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /** These changes and a precision. */
  public SettingsChanges with(Precision changed) {
    return new SettingsChanges(
        method,
        keepRatio,
        fuzzy,
        scope,
        firstPrunedLayer,
        every,
        Optional.of(changed),
        longDocuments);
  }

  /**
   * The settings after the changes.
   *
   * @throws BundleException if a change needs training or does not fit the model
   */
  public ModelSettings applyTo(Bundle bundle) {
    ModelSettings settings = bundle.settings();
    PruningPolicy policy = policy(settings.policy());
    try {
      policy.checkAgainst(bundle.config().shape());
    } catch (IllegalArgumentException e) {
      throw new BundleException("Cannot use this policy: " + e.getMessage(), e);
    }
    return new ModelSettings(
        policy,
        precision.orElse(settings.precision()),
        longDocuments.orElse(settings.longDocuments()));
  }

  private PruningPolicy policy(PruningPolicy own) {
    String wanted = method.orElse(own.method());
    boolean combines = own instanceof PtcPolicy ptc && ptc.combines();
    switch (wanted) {
      case NoPruning.METHOD -> {
        if (combines) {
          throw new BundleException(
              "Cannot run this model with policy none: it was trained to combine tokens at layer %s"
                  .formatted(((PtcPolicy) own).combiningLayer()));
        }
        if (keepRatio.isPresent()
            || fuzzy.isPresent()
            || scope.isPresent()
            || firstPrunedLayer.isPresent()
            || every.isPresent()) {
          throw new BundleException("Cannot change the pruning of policy none: choose policy ptc");
        }
        return new NoPruning();
      }
      case PtcPolicy.METHOD -> {
        return ptc(own);
      }
      default ->
          throw new BundleException(
              "Cannot use policy %s: the policies are none and ptc".formatted(wanted));
    }
  }

  private PtcPolicy ptc(PruningPolicy own) {
    PtcPolicy base = own instanceof PtcPolicy ptc ? ptc : PtcPolicy.pruningOnly();
    try {
      return new PtcPolicy(
          keepRatio.orElse(base.keepRatio()),
          fuzzy.orElse(base.fuzzy()),
          scope.orElse(base.scope()),
          firstPrunedLayer.orElse(base.firstPrunedLayer()),
          every.orElse(base.every()),
          base.combiningLayer(),
          base.combinationTokens(),
          base.minimumTokens());
    } catch (IllegalArgumentException e) {
      throw new BundleException("Cannot use this policy: " + e.getMessage(), e);
    }
  }
}
