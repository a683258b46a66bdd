package io.github.ptcspark.pruning.methods;

import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.Method;
import io.github.ptcspark.pruning.OptionValues;
import io.github.ptcspark.pruning.PolicyOption;
import io.github.ptcspark.pruning.Step;
import java.util.Optional;

/**
 * A step that takes the place of a layer and leaves a fixed number of tokens, which a model is
 * trained with and cannot do without.
 */
public abstract class Compression extends OptionStep {

  private static final long serialVersionUID = 1L;

  private final transient Options options;

  Compression(Method method, Options options, OptionValues values) {
    super(method, values);
    this.options = options;
    if (layer() == 0 || tokens() == 0) {
      throw new IllegalArgumentException(
          "Invalid %s: layer %s with %s tokens; a model must be trained with both"
              .formatted(method, options.layer.write(layer()), options.tokens.write(tokens())));
    }
  }

  /**
   * The options that all such methods have, each its own.
   *
   * @param layer that is replaced, counted from 1; at least 2
   * @param tokens into how many tokens a document is made
   */
  public record Options(PolicyOption<Integer> layer, PolicyOption<Integer> tokens) {

    static Options create(String layer, String tokens) {
      return new Options(
          PolicyOption.trained(
              layer,
              2,
              Integer.MAX_VALUE,
              // As the fast variant of PTC's paper, layer 7 of 12.
              encoder -> encoder.layers() < 2 ? 0 : encoder.layers() / 2 + 1,
              "the one after the middle, 4 of 6, 7 of 12",
              "The layer in whose place a document becomes a few tokens."),
          PolicyOption.trained(
              tokens, 1, 512, encoder -> 8, "8", "Tokens that a document becomes."));
    }
  }

  /** See {@link Options}. */
  public final int layer() {
    return get(options.layer);
  }

  /** See {@link Options}. */
  public final int tokens() {
    return get(options.tokens);
  }

  @Override
  public final boolean prunes() {
    return false;
  }

  @Override
  public final Optional<Step> trained() {
    return Optional.of(this);
  }

  @Override
  public final void checkAgainst(EncoderShape encoder) {
    if (layer() > encoder.layers()) {
      throw new IllegalArgumentException(
          "Invalid %s: %s (the model has %s layers)"
              .formatted(options.layer.key(), layer(), encoder.layers()));
    }
  }
}
