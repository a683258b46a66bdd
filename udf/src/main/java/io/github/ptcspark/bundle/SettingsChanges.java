package io.github.ptcspark.bundle;

import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.PolicyText;
import java.util.Optional;

/**
 * What a run changes in a bundle's settings. Only what needs no training can be changed: what a
 * policy adds to the model's tensors stays as it was trained.
 *
 * @param policy what of the pruning is named
 * @param precision arithmetic of the linear layers
 * @param longDocuments what is read of a long document
 */
public record SettingsChanges(
    Optional<PolicyText> policy,
    Optional<Precision> precision,
    Optional<LongDocuments> longDocuments) {

  /** No change. */
  public static final SettingsChanges NONE =
      new SettingsChanges(Optional.empty(), Optional.empty(), Optional.empty());

  /** These changes and a precision. */
  public SettingsChanges with(Precision changed) {
    return new SettingsChanges(policy, Optional.of(changed), longDocuments);
  }

  /**
   * The settings after the changes.
   *
   * @throws BundleException if a change needs training or does not fit the model
   */
  public ModelSettings applyTo(Bundle bundle) {
    ModelSettings settings = bundle.settings();
    return new ModelSettings(
        policy.map(text -> policy(bundle, text)).orElse(settings.policy()),
        precision.orElse(settings.precision()),
        longDocuments.orElse(settings.longDocuments()));
  }

  private static PruningPolicy policy(Bundle bundle, PolicyText text) {
    EncoderShape encoder = bundle.config().shape();
    PruningPolicy own = bundle.settings().policy();
    PruningPolicy changed;
    try {
      changed = text.toRun(own, encoder, bundle.full().isPresent());
    } catch (IllegalArgumentException e) {
      throw new BundleException(e.getMessage(), e);
    }
    if (!changed.trained().equals(own.trained())
        || !own.tensors(encoder).containsAll(changed.tensors(encoder))) {
      throw new BundleException(
          "Cannot use policy \"%s\": %s".formatted(text, training(own, changed, encoder)));
    }
    return changed;
  }

  /** Why the model would have to be trained. */
  private static String training(PruningPolicy own, PruningPolicy changed, EncoderShape encoder) {
    Optional<Combination> trained = own.combination();
    if (trained.isPresent() && changed.combination().isEmpty()) {
      String remedy = changed.steps().isEmpty() ? "policy \"%s\" prunes nothing" : "add \"+ %s\"";
      return "the model was trained to combine tokens at layer %s and has no such encoder layer; "
              .formatted(trained.get().layer())
          + remedy.formatted(own.trained().steps().get(0).method());
    }
    PruningPolicy kept = own.trained().steps().isEmpty() ? own : own.trained();
    return "it needs training; the model was trained with %s"
        .formatted(own.tensors(encoder).isEmpty() ? "no such step" : kept);
  }
}
