package io.github.ptcspark.pruning.methods;

import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.LayerWork;
import io.github.ptcspark.pruning.Method;
import io.github.ptcspark.pruning.OptionValues;
import io.github.ptcspark.pruning.ProgramStep;
import io.github.ptcspark.pruning.StepTensor;
import io.github.ptcspark.pruning.StepTensor.First;
import java.util.List;
import java.util.Optional;

/**
 * Linear compression, the alternative to grouping tokens by what they mean: a learned linear map of
 * the tokens that are left to a fixed number of them, in place of one layer; Linformer (Wang et
 * al., 2020) maps keys and values likewise.
 *
 * <p>So that one map serves all lengths, it is one of {@value #PARTS} equal parts of a document: of
 * n tokens, each of which takes up the nth part of it, part c gets the share {@code o_cj} from
 * token j that the two have in common, and the m tokens are {@code t = P O e + b}. At first the ith
 * of them is the mean of the ith of m equal sections.
 */
public final class LinearCompression extends Compression {

  private static final long serialVersionUID = 1L;

  /** The map P, {@code [m, parts]}. */
  public static final String MAP = "ptc.linear.map";

  /** The bias b, {@code [m, hidden]}. */
  public static final String BIAS = "ptc.linear.bias";

  /** Equal parts of a document that the map tells from each other. */
  public static final int PARTS = 64;

  private static final Options OPTIONS = Options.create("layer", "tokens");

  /** The method. */
  public static final Method METHOD =
      new Method(
          "linear",
          "Maps the words of a document to a few tokens by where they stand, in place of one layer.",
          "Linear compression, the alternative to combining; compare Wang et al., Linformer, 2020",
          Optional.of("linear"),
          List.of(OPTIONS.layer(), OPTIONS.tokens()),
          LinearCompression::new);

  private LinearCompression(OptionValues values) {
    super(METHOD, OPTIONS, values);
  }

  @Override
  public Optional<Combination> combination() {
    return Optional.of(new Combination(layer(), tokens(), 0));
  }

  @Override
  public List<ProgramStep> program(EncoderShape encoder, Optional<Combination> combination) {
    return List.of(
        new ProgramStep(
            "linear",
            List.of((double) layer()),
            List.of(
                new StepTensor(MAP, List.of(tokens(), PARTS), First.MEANS),
                new StepTensor(BIAS, List.of(tokens(), encoder.hidden()), First.ZERO))));
  }

  @Override
  public long flops(EncoderShape encoder, Optional<Combination> combination, LayerWork work) {
    long words = work.rows().get(layer() - 1);
    return 2 * words * tokens() * (PARTS + encoder.hidden());
  }
}
