package io.github.ptcspark.pruning.methods;

import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.LayerRange;
import io.github.ptcspark.pruning.Method;
import io.github.ptcspark.pruning.OptionValues;
import io.github.ptcspark.pruning.PolicyOption;
import io.github.ptcspark.pruning.Scope;
import java.util.Optional;

/** A step that keeps a share of the tokens in each of several layers. */
public abstract class PruningByLayer extends OptionStep {

  private static final long serialVersionUID = 1L;

  private final transient Options options;

  PruningByLayer(Method method, Options options, OptionValues values) {
    super(method, values);
    this.options = options;
  }

  /**
   * The options that all such methods have, each its own: what a user or a model sets for one of
   * them says nothing about another.
   *
   * @param keepRatio the share of its tokens that a layer keeps, the ratio {@code p} of equation 5
   *     of PTC, in (0, 1]: layer {@code l + 1} keeps {@code floor(p * t_l)}
   * @param scope what a pruned token loses
   * @param layers that work on fewer tokens
   * @param every of these layers only every Nth prunes, to the ratio raised to the power of N, for
   *     as many tokens after N layers; 1 for all of them
   * @param minimumTokens a document is never pruned below this many tokens
   */
  public record Options(
      PolicyOption<Double> keepRatio,
      PolicyOption<Scope> scope,
      PolicyOption<LayerRange> layers,
      PolicyOption<Integer> every,
      PolicyOption<Integer> minimumTokens) {

    static Options create() {
      return new Options(
          PolicyOption.number("keep-ratio", 0.9, 0, 1, "Share of its tokens that a layer keeps."),
          PruningOptions.scope(),
          PruningOptions.layers(),
          PolicyOption.integer(
              "every",
              1,
              1,
              "Of these layers only every Nth prunes, to the ratio raised to the power of N."),
          PruningOptions.minimumTokens());
    }
  }

  /** See {@link Options}. */
  public final double keepRatio() {
    return get(options.keepRatio);
  }

  /** See {@link Options}. */
  public final Scope scope() {
    return get(options.scope);
  }

  /** See {@link Options}. */
  public final LayerRange layers() {
    return get(options.layers);
  }

  /** See {@link Options}. */
  public final int every() {
    return get(options.every);
  }

  /** See {@link Options}. */
  public final int minimumTokens() {
    return get(options.minimumTokens);
  }

  /** The share of its tokens that a layer which prunes keeps: the ratio of all it stands for. */
  final double stepRatio() {
    return Math.pow(keepRatio(), every());
  }

  /** The last of the layers as the program reads it; 0 if none prunes. */
  final int lastLayer(EncoderShape encoder, Optional<Combination> combination) {
    return prunes() ? Math.min(layers().last(), scope().lastLayer(encoder, combination)) : 0;
  }

  @Override
  public final boolean prunes() {
    return keepRatio() < 1;
  }

  @Override
  public final Optional<Integer> keysAndValuesPrunedFrom() {
    return prunes() && scope() == Scope.KEYS_VALUES
        ? Optional.of(layers().first())
        : Optional.empty();
  }

  @Override
  public final void checkAgainst(EncoderShape encoder) {
    layers().checkAgainst(encoder);
  }
}
