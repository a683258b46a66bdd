package io.github.ptcspark.pruning.methods;

import io.github.ptcspark.pruning.LayerRange;
import io.github.ptcspark.pruning.PolicyOption;
import io.github.ptcspark.pruning.Scope;

/**
 * Options that several methods have. Each method makes its own: what a user or a model sets for one
 * of them says nothing about another.
 */
final class PruningOptions {

  private PruningOptions() {}

  /** What a pruned token loses. */
  static PolicyOption<Scope> scope() {
    return PolicyOption.choice("scope", Scope.TOKENS, "What a pruned token loses.");
  }

  /** The layers that work on fewer tokens. */
  static PolicyOption<LayerRange> layers() {
    return PolicyOption.layers("layers", LayerRange.from(2), "Layers that work on fewer tokens.");
  }

  /** The floor. */
  static PolicyOption<Integer> minimumTokens() {
    return PolicyOption.integer(
        "minimum-tokens", 8, 2, "A document is never pruned below this many tokens.");
  }
}
