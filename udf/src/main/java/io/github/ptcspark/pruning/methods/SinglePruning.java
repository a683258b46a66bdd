package io.github.ptcspark.pruning.methods;

import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.Method;
import io.github.ptcspark.pruning.OptionValues;
import io.github.ptcspark.pruning.PolicyOption;
import io.github.ptcspark.pruning.Scope;
import java.util.Optional;

/** A step that prunes once, after the attention of the layer before {@link #layer()}. */
public abstract class SinglePruning extends OptionStep {

  private static final long serialVersionUID = 1L;

  private final transient Options options;

  SinglePruning(Method method, Options options, OptionValues values) {
    super(method, values);
    this.options = options;
  }

  /**
   * The options that all such methods have, each its own.
   *
   * @param scope what a pruned token loses
   * @param layer from which on fewer tokens are seen, counted from 1; at least 2
   * @param minimumTokens a document is never pruned below this many tokens
   */
  public record Options(
      PolicyOption<Scope> scope, PolicyOption<Integer> layer, PolicyOption<Integer> minimumTokens) {

    static Options create(int layer) {
      return new Options(
          PruningOptions.scope(),
          PolicyOption.integer("layer", layer, 2, "The layer from which on fewer tokens are seen."),
          PruningOptions.minimumTokens());
    }
  }

  /** See {@link Options}. */
  public final Scope scope() {
    return get(options.scope);
  }

  /** See {@link Options}. */
  public final int layer() {
    return get(options.layer);
  }

  /** See {@link Options}. */
  public final int minimumTokens() {
    return get(options.minimumTokens);
  }

  @Override
  public final Optional<Integer> keysAndValuesPrunedFrom() {
    return prunes() && scope() == Scope.KEYS_VALUES ? Optional.of(layer()) : Optional.empty();
  }

  @Override
  public final void checkAgainst(EncoderShape encoder) {
    if (layer() > encoder.layers()) {
      throw new IllegalArgumentException(
          "Invalid layer: %s (the model has %s layers)".formatted(layer(), encoder.layers()));
    }
  }

  /** The layer as the program reads it; 0 if nothing is pruned that a layer would still read. */
  final double programLayer(EncoderShape encoder, Optional<Combination> combination) {
    return prunes() && layer() <= scope().lastLayer(encoder, combination) ? layer() : 0;
  }
}
