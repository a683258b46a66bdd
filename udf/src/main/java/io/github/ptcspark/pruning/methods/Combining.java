package io.github.ptcspark.pruning.methods;

import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.LayerWork;
import io.github.ptcspark.pruning.Method;
import io.github.ptcspark.pruning.OptionValues;
import io.github.ptcspark.pruning.PolicyOption;
import io.github.ptcspark.pruning.ProgramStep;
import io.github.ptcspark.pruning.StepTensor;
import io.github.ptcspark.pruning.StepTensor.First;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The token combining module of PTC (Yun, Kim and Kim, Findings of EMNLP 2023, equations 9 to 11):
 * learnable combination tokens follow the word pieces of a document, and one layer is replaced by a
 * module that adds every word to one of them. The layers after it work on the combination tokens
 * alone.
 */
public final class Combining extends Compression {

  private static final long serialVersionUID = 1L;

  /** The combination tokens, {@code [tokens, hidden]}. */
  public static final String TOKENS = "ptc.combination_tokens";

  /** Prefix of the normalisation of the combination tokens, {@code [hidden]}. */
  public static final String TOKENS_NORM = "ptc.combining.tokens_norm";

  /** Prefix of the normalisation of the word tokens, {@code [hidden]}. */
  public static final String WORDS_NORM = "ptc.combining.words_norm";

  /** Prefix of W_q of equation 9, {@code [hidden, hidden]}. */
  public static final String QUERY = "ptc.combining.query";

  /** Prefix of W_k of equation 9, {@code [hidden, hidden]}. */
  public static final String KEY = "ptc.combining.key";

  /** Prefix of W_v of equation 11, {@code [hidden, hidden]}. */
  public static final String VALUE = "ptc.combining.value";

  /** Prefix of W_o of equation 11, {@code [hidden, hidden]}. */
  public static final String OUTPUT = "ptc.combining.output";

  private static final Options OPTIONS = Options.create("combining-layer", "combination-tokens");

  /** The layer that is replaced. */
  public static final PolicyOption<Integer> COMBINING_LAYER = OPTIONS.layer();

  /** The number of combination tokens. */
  public static final PolicyOption<Integer> COMBINATION_TOKENS = OPTIONS.tokens();

  /** The method. */
  public static final Method METHOD =
      new Method(
          "combining",
          "Combines the words of a document into a few tokens, in place of one layer.",
          "Yun, Kim and Kim, Findings of EMNLP 2023, equations 9 to 11",
          Optional.of("combining"),
          List.of(COMBINING_LAYER, COMBINATION_TOKENS),
          Combining::new);

  Combining(OptionValues values) {
    super(METHOD, OPTIONS, values);
  }

  /**
   * A step.
   *
   * @param layer the layer that is replaced, counted from 1
   * @param tokens number of combination tokens
   */
  public Combining(int layer, int tokens) {
    this(OptionValues.none().with(COMBINING_LAYER, layer).with(COMBINATION_TOKENS, tokens));
  }

  @Override
  public Optional<Combination> combination() {
    return Optional.of(new Combination(layer(), tokens(), tokens()));
  }

  @Override
  public List<ProgramStep> program(EncoderShape encoder, Optional<Combination> combination) {
    int hidden = encoder.hidden();
    List<StepTensor> tensors = new ArrayList<>();
    tensors.add(new StepTensor(TOKENS, List.of(tokens(), hidden), First.LIKE_EMBEDDINGS));
    tensors.addAll(StepTensor.norm(TOKENS_NORM, hidden));
    tensors.addAll(StepTensor.norm(WORDS_NORM, hidden));
    tensors.addAll(StepTensor.linear(QUERY, hidden, hidden, First.NORMAL));
    tensors.addAll(StepTensor.linear(KEY, hidden, hidden, First.NORMAL));
    // A combination token receives the mean of its words as they are at first, in the space that
    // the next layer was trained to read.
    tensors.addAll(StepTensor.linear(VALUE, hidden, hidden, First.IDENTITY));
    tensors.addAll(StepTensor.linear(OUTPUT, hidden, hidden, First.IDENTITY));
    return List.of(new ProgramStep("combining", List.of((double) layer()), tensors));
  }

  /**
   * Equations 9 to 11 as the program computes them: W_k is applied to the queries and W_v to the
   * group means, so that all four projections work on combination tokens.
   */
  @Override
  public long flops(EncoderShape encoder, Optional<Combination> combination, LayerWork work) {
    long hidden = encoder.hidden();
    long words = (long) work.rows().get(layer() - 1) - tokens();
    long projections = 4L * tokens() * hidden * hidden;
    long similaritiesAndSums = 2 * words * tokens() * hidden;
    return 2 * (projections + similaritiesAndSums);
  }
}
