package io.github.ptcspark.pruning.methods;

import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.LayerRange;
import io.github.ptcspark.pruning.LayerWork;
import io.github.ptcspark.pruning.Method;
import io.github.ptcspark.pruning.OptionValues;
import io.github.ptcspark.pruning.PolicyOption;
import io.github.ptcspark.pruning.ProgramStep;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.StepTensor;
import io.github.ptcspark.pruning.StepTensor.First;
import java.util.List;
import java.util.Optional;

/**
 * Pruning by predicted saliency, after AdapLeR (Modarressi, Mohebbi and Pilehvar, ACL 2022). How
 * salient a token is says the size of gradient times input, {@code |sum_k e_k dz / de_k|}, where z
 * is the logit of the document's label and e the token's row of the word embeddings. That costs a
 * backward pass, so a scorer for every layer learns to predict it: {@code softmax_j(u_l x_j)} over
 * the tokens between [CLS] and [SEP], where x are the inputs of layer l, by its cross-entropy with
 * the saliencies of the unpruned model as shares of their sum. A token goes whose predicted share
 * is below a threshold times the even share, {@code threshold / m} of m tokens.
 *
 * <p>AdapLeR learns its thresholds and pushes hidden states towards them in training; here the
 * encoder has no gradient but that of the labels, and threshold, scope and layers are chosen when a
 * model runs, so that one model serves all costs, none included.
 */
public final class PredictedSaliency extends OptionStep {

  private static final long serialVersionUID = 1L;

  /** The scorers u, {@code [layers - 1, hidden]}. */
  public static final String SCORERS = "ptc.saliency.scorers";

  /**
   * The share of the even share below which tokens go, in [0, 1]. Predicted shares lie close to the
   * even one until the scorers have seen much: of a MiniLM trained on 108 short articles, 0.5 lets
   * no token go, 0.8 leaves 64 % of the FLOPs and 98 % of the labels, 1 leaves 18 and 95 %.
   */
  public static final PolicyOption<Double> THRESHOLD =
      PolicyOption.between(
          "threshold", 0.8, 0, 1, "Tokens go that count less than this; the mean counts 1.");

  /** What a pruned token loses. */
  public static final PolicyOption<Scope> SCOPE = PruningOptions.scope();

  /** The layers that work on fewer tokens. */
  public static final PolicyOption<LayerRange> LAYERS = PruningOptions.layers();

  /** A document is never pruned below this many tokens. */
  public static final PolicyOption<Integer> MINIMUM_TOKENS = PruningOptions.minimumTokens();

  /** The method. */
  public static final Method METHOD =
      new Method(
          "saliency",
          "Removes in every layer the tokens that a trained scorer says do little for the label.",
          "Modarressi, Mohebbi and Pilehvar, AdapLeR, ACL 2022",
          Optional.of("saliency"),
          List.of(THRESHOLD, SCOPE, LAYERS, MINIMUM_TOKENS),
          PredictedSaliency::new);

  private PredictedSaliency(OptionValues values) {
    super(METHOD, values);
  }

  @Override
  public boolean prunes() {
    return true;
  }

  @Override
  public Optional<Integer> keysAndValuesPrunedFrom() {
    return get(SCOPE) == Scope.KEYS_VALUES ? Optional.of(get(LAYERS).first()) : Optional.empty();
  }

  @Override
  public void checkAgainst(EncoderShape encoder) {
    get(LAYERS).checkAgainst(encoder);
  }

  @Override
  public List<ProgramStep> program(EncoderShape encoder, Optional<Combination> combination) {
    return List.of(
        new ProgramStep(
            "saliency",
            List.of(
                get(THRESHOLD),
                get(SCOPE).code(),
                (double) get(LAYERS).first(),
                (double) last(encoder, combination),
                (double) get(MINIMUM_TOKENS),
                (double) Scope.TOKENS.lastLayer(encoder, combination)),
            List.of(
                new StepTensor(
                    SCORERS, List.of(encoder.layers() - 1, encoder.hidden()), First.ZERO))));
  }

  /** A product a token and layer. */
  @Override
  public long flops(EncoderShape encoder, Optional<Combination> combination, LayerWork work) {
    long scored = 0;
    for (int layer = get(LAYERS).first() - 1; layer < last(encoder, combination); layer++) {
      scored += work.kept().get(layer - 1) - 2;
    }
    return 2 * scored * encoder.hidden();
  }

  private int last(EncoderShape encoder, Optional<Combination> combination) {
    return Math.min(get(LAYERS).last(), get(SCOPE).lastLayer(encoder, combination));
  }
}
