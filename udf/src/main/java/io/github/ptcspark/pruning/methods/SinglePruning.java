package io.github.ptcspark.pruning.methods;

import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.Step;
import java.util.Optional;

/** A step that prunes once, after the attention of the layer before {@link #layer()}. */
interface SinglePruning extends Step {

  /** What a pruned token loses. */
  Scope scope();

  /** The layer from which on fewer tokens are seen, counted from 1. */
  int layer();

  @Override
  default Optional<Integer> keysAndValuesPrunedFrom() {
    return prunes() && scope() == Scope.KEYS_VALUES ? Optional.of(layer()) : Optional.empty();
  }

  @Override
  default void checkAgainst(EncoderShape encoder) {
    if (layer() > encoder.layers()) {
      throw new IllegalArgumentException(
          "Invalid layer: %s (the model has %s layers)".formatted(layer(), encoder.layers()));
    }
  }

  /** The layer as the program reads it; 0 if nothing is pruned that a layer would still read. */
  default double programLayer(EncoderShape encoder, Optional<Combination> combination) {
    return prunes() && layer() <= scope().lastLayer(encoder, combination) ? layer() : 0;
  }
}
