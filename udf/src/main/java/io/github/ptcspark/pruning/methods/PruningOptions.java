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

  /** For methods that prune in several layers. */
  static PolicyOption<Double> keepRatioOfLayer() {
    return PolicyOption.number("keep-ratio", 0.9, 0, 1, "Share of its tokens that a layer keeps.");
  }

  /**
   * For methods that prune once. Half of the tokens from layer 2 of 12 on cost about as much as 0.9
   * of them in every layer: 0.54 and 0.57 of a document that is read in full.
   */
  static PolicyOption<Double> keepRatioOfDocument() {
    return PolicyOption.number(
        "keep-ratio", 0.5, 0, 1, "Share of its tokens that a document keeps.");
  }

  /** What a pruned token loses. */
  static PolicyOption<Scope> scope() {
    return PolicyOption.choice("scope", Scope.TOKENS, "What a pruned token loses.");
  }

  /** The layers that work on fewer tokens. */
  static PolicyOption<LayerRange> layers() {
    return PolicyOption.layers("layers", LayerRange.from(2), "Layers that work on fewer tokens.");
  }

  /** The first of them, for methods that prune once. */
  static PolicyOption<Integer> layer(int standard) {
    return PolicyOption.integer(
        "layer", standard, 2, "The layer from which on fewer tokens are seen.");
  }

  /** How many layers share a pruning. */
  static PolicyOption<Integer> every() {
    return PolicyOption.integer(
        "every",
        1,
        1,
        "Of these layers only every Nth prunes, to the ratio raised to the power of N.");
  }

  /** The floor. */
  static PolicyOption<Integer> minimumTokens() {
    return PolicyOption.integer(
        "minimum-tokens", 8, 2, "A document is never pruned below this many tokens.");
  }
}
