package io.github.ptcspark.pruning.methods;

import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.Method;
import io.github.ptcspark.pruning.OptionValues;
import io.github.ptcspark.pruning.ProgramStep;
import java.util.List;
import java.util.Optional;

/**
 * Cross-attention token pruning (CATP; Liao et al., 2024, arXiv 2404.08567), for an encoder. There
 * the tokens of an image vote for the query tokens that read them; a vote is an attention
 * probability, votes are summed over heads and layers, and voters count by their own importance.
 *
 * <p>BERT has no cross-attention. In a policy that combines words, the combination tokens are what
 * reads the words, and they alone vote: every one counts the same. Elsewhere all tokens vote, and a
 * voter counts as much as the votes that it received in the layers before; in the first layer all
 * count the same. With weights w of H heads and rows i, layer l gives token j
 *
 * <pre>{@code V_l(j) = V_{l-1}(j) + sum_h sum_i w_i A^h_ij / (H sum_i w_i)}</pre>
 *
 * where w is {@code V_{l-1}}. A token without a key receives nothing more but votes on. A layer
 * keeps the share of its tokens that have most votes.
 *
 * <p>The weighted means are taken of an attention matrix that is there anyway; like the plain ones
 * of {@link Ratio} they do not count as FLOPs.
 */
public final class Catp extends PruningByLayer {

  private static final long serialVersionUID = 1L;

  private static final Options OPTIONS = Options.create();

  /** The method. */
  public static final Method METHOD =
      new Method(
          "catp",
          "Keeps a share of the tokens in every layer, those that most votes of all layers are for.",
          "Liao et al., CATP, 2024, arXiv 2404.08567",
          Optional.of("catp"),
          List.of(
              OPTIONS.keepRatio(),
              OPTIONS.scope(),
              OPTIONS.layers(),
              OPTIONS.every(),
              OPTIONS.minimumTokens()),
          Catp::new);

  private Catp(OptionValues values) {
    super(METHOD, OPTIONS, values);
  }

  @Override
  public List<ProgramStep> program(EncoderShape encoder, Optional<Combination> combination) {
    if (!prunes()) {
      return List.of(); // Votes would change the scores of others.
    }
    return program(
        "catp",
        stepRatio(),
        scope().code(),
        layers().first(),
        lastPruned(encoder, combination),
        every(),
        minimumTokens(),
        combination.map(Combination::carried).orElse(0));
  }

  /** The last layer that prunes, up to which votes are counted; 0 if none does. */
  private int lastPruned(EncoderShape encoder, Optional<Combination> combination) {
    int steps = lastLayer(encoder, combination) - layers().first();
    return steps < 0 ? 0 : layers().first() + steps / every() * every();
  }
}
