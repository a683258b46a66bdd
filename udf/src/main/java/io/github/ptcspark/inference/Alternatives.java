package io.github.ptcspark.inference;

import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.pruning.PruningPolicy;
import java.io.Serializable;
import java.util.List;

/**
 * How texts can be read beside what the settings of a model say, which costs memory and is loaded
 * with the model.
 *
 * @param policies others, with the same trained steps
 * @param inFull whether texts can be read in full; a policy that escalates does so unasked
 */
public record Alternatives(List<PruningPolicy> policies, boolean inFull) implements Serializable {

  /** No other way. */
  public static final Alternatives NONE = new Alternatives(List.of(), false);

  /** In full. */
  public static final Alternatives IN_FULL = new Alternatives(List.of(), true);

  /** Copies the list. */
  public Alternatives {
    policies = List.copyOf(policies);
  }

  /** Whether texts are read in full at all. */
  public boolean readInFull(ModelSettings settings) {
    return inFull
        || settings.policy().escalation().isPresent()
        || policies.stream().anyMatch(policy -> policy.escalation().isPresent());
  }

  /** Under other policies. */
  public static Alternatives of(List<PruningPolicy> policies) {
    return new Alternatives(policies, false);
  }
}
