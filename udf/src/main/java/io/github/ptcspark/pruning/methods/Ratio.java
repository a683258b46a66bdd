package io.github.ptcspark.pruning.methods;

import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.LayerRange;
import io.github.ptcspark.pruning.Method;
import io.github.ptcspark.pruning.OptionValues;
import io.github.ptcspark.pruning.PolicyOption;
import io.github.ptcspark.pruning.ProgramStep;
import io.github.ptcspark.pruning.Scope;
import java.util.List;
import java.util.Optional;

/**
 * The token pruning of PTC (Yun, Kim and Kim, Findings of EMNLP 2023): a layer keeps a share of the
 * tokens of the layer before, those to which most attention was paid.
 *
 * <p>Layers are counted from 1, as in the paper.
 *
 * @param keepRatio the ratio {@code p} of equation 5, in (0, 1]: layer {@code l + 1} keeps {@code
 *     floor(p * t_l)} tokens
 * @param fuzzy how the fuzzy sets of equations 6 and 7 restrict what may be pruned
 * @param scope what a pruned token loses
 * @param layers that work on fewer tokens
 * @param every of these layers, every so-manieth prunes, to the ratio raised to that power: {@code
 *     p^every} of the tokens; 1 for all of them, as in the paper
 * @param minimumTokens a document is never pruned below this many tokens
 */
public record Ratio(
    double keepRatio, Fuzzy fuzzy, Scope scope, LayerRange layers, int every, int minimumTokens)
    implements PruningByLayer {

  /** Which tokens the ratio of equation 5 may remove. */
  public enum Fuzzy {
    /** All tokens: plain ratio pruning, "P" in the paper. */
    OFF("off", 0),
    /**
     * The ratio applies to the candidates only, those with a score of at most {@code a + 0.1 (b -
     * a)}, where a and b are the quartiles of the layer's scores: "PF" in the paper.
     */
    FUZZY("fuzzy", 1),
    /** As many tokens as without fuzzy sets, but taken from the candidates only. */
    FUZZY_QUOTA("fuzzy-quota", 2);

    private final String text;
    private final double code;

    Fuzzy(String text, double code) {
      this.text = text;
      this.code = code;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** The ratio of equation 5. */
  public static final PolicyOption<Double> KEEP_RATIO = PruningOptions.keepRatioOfLayer();

  /** The fuzzy sets. */
  public static final PolicyOption<Fuzzy> FUZZY =
      PolicyOption.choice("fuzzy", Fuzzy.FUZZY, "Which tokens the ratio may remove.");

  /** What a pruned token loses. */
  public static final PolicyOption<Scope> SCOPE = PruningOptions.scope();

  /** The layers that work on fewer tokens. */
  public static final PolicyOption<LayerRange> LAYERS = PruningOptions.layers();

  /** How many layers share a pruning. */
  public static final PolicyOption<Integer> EVERY = PruningOptions.every();

  /** The floor. */
  public static final PolicyOption<Integer> MINIMUM_TOKENS = PruningOptions.minimumTokens();

  /** The method. */
  public static final Method METHOD =
      new Method(
          "ratio",
          "Keeps a share of the tokens in every layer, those that most attention was paid to.",
          "Yun, Kim and Kim, Findings of EMNLP 2023, equations 4 to 7",
          Optional.of("ratio"),
          List.of(KEEP_RATIO, FUZZY, SCOPE, LAYERS, EVERY, MINIMUM_TOKENS),
          Ratio::of);

  /** Checks every component. */
  public Ratio {
    KEEP_RATIO.check(keepRatio);
    LAYERS.check(layers);
    EVERY.check(every);
    MINIMUM_TOKENS.check(minimumTokens);
  }

  static Ratio of(OptionValues values) {
    return new Ratio(
        values.get(KEEP_RATIO),
        values.get(FUZZY),
        values.get(SCOPE),
        values.get(LAYERS),
        values.get(EVERY),
        values.get(MINIMUM_TOKENS));
  }

  @Override
  public Method method() {
    return METHOD;
  }

  @Override
  public OptionValues values() {
    return OptionValues.none()
        .with(KEEP_RATIO, keepRatio)
        .with(FUZZY, fuzzy)
        .with(SCOPE, scope)
        .with(LAYERS, layers)
        .with(EVERY, every)
        .with(MINIMUM_TOKENS, minimumTokens);
  }

  @Override
  public List<ProgramStep> program(EncoderShape encoder, Optional<Combination> combination) {
    return List.of(
        new ProgramStep(
            "ratio",
            List.of(
                Math.pow(keepRatio, every),
                fuzzy.code,
                scope == Scope.TOKENS ? 1. : 0.,
                (double) layers.first(),
                prunes()
                    ? (double) Math.min(layers.last(), scope.lastLayer(encoder, combination))
                    : 0.,
                (double) every,
                (double) minimumTokens),
            List.of()));
  }
}
