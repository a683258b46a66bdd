package io.github.ptcspark.pruning.methods;

import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.LayerRange;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.Step;
import java.util.Optional;

/** A step that keeps a share of the tokens in each of several layers. */
interface PruningByLayer extends Step {

  /** The share of its tokens that a layer keeps. */
  double keepRatio();

  /** What a pruned token loses. */
  Scope scope();

  /** The layers that work on fewer tokens. */
  LayerRange layers();

  @Override
  default boolean prunes() {
    return keepRatio() < 1;
  }

  @Override
  default Optional<Integer> keysAndValuesPrunedFrom() {
    return prunes() && scope() == Scope.KEYS_VALUES
        ? Optional.of(layers().first())
        : Optional.empty();
  }

  @Override
  default void checkAgainst(EncoderShape encoder) {
    layers().checkAgainst(encoder);
  }
}
