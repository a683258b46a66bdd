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
 */
public final class Ratio extends PruningByLayer {

  private static final long serialVersionUID = 1L;

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

  /** The options that other methods have too. */
  static final Options OPTIONS = Options.create();

  /** How the fuzzy sets of equations 6 and 7 restrict what may be pruned. */
  public static final PolicyOption<Fuzzy> FUZZY =
      PolicyOption.choice("fuzzy", Fuzzy.FUZZY, "Which tokens the ratio may remove.");

  /** The method. */
  public static final Method METHOD =
      new Method(
          "ratio",
          "Keeps a share of the tokens in every layer, those that most attention was paid to.",
          "Yun, Kim and Kim, Findings of EMNLP 2023, equations 4 to 7",
          Optional.of("ratio"),
          List.of(
              OPTIONS.keepRatio(),
              FUZZY,
              OPTIONS.scope(),
              OPTIONS.layers(),
              OPTIONS.every(),
              OPTIONS.minimumTokens()),
          Ratio::new);

  Ratio(OptionValues values) {
    super(METHOD, OPTIONS, values);
  }

  /** A step of these values, see {@link PruningByLayer.Options}. */
  public Ratio(
      double keepRatio, Fuzzy fuzzy, Scope scope, LayerRange layers, int every, int minimumTokens) {
    this(
        OptionValues.none()
            .with(OPTIONS.keepRatio(), keepRatio)
            .with(FUZZY, fuzzy)
            .with(OPTIONS.scope(), scope)
            .with(OPTIONS.layers(), layers)
            .with(OPTIONS.every(), every)
            .with(OPTIONS.minimumTokens(), minimumTokens));
  }

  /** Which tokens the ratio may remove. */
  public Fuzzy fuzzy() {
    return get(FUZZY);
  }

  @Override
  public List<ProgramStep> program(EncoderShape encoder, Optional<Combination> combination) {
    return program(
        "ratio",
        stepRatio(),
        fuzzy().code,
        scope().code(),
        layers().first(),
        lastLayer(encoder, combination),
        every(),
        minimumTokens());
  }
}
