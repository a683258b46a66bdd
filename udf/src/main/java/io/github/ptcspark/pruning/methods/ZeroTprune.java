package io.github.ptcspark.pruning.methods;

import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.LayerWork;
import io.github.ptcspark.pruning.Method;
import io.github.ptcspark.pruning.OptionValues;
import io.github.ptcspark.pruning.PolicyOption;
import io.github.ptcspark.pruning.ProgramStep;
import java.util.List;
import java.util.Optional;

/**
 * Zero-TPrune (Wang, Dedhia and Jha, CVPR 2024): the attention of a layer, {@code A^h}, is a graph
 * of its tokens, and a token is as important as its weighted page rank, {@code s^h <- (A^h)^T s^h}.
 * A pruning has three stages:
 *
 * <ol>
 *   <li>I': one round of page rank orders the tokens, and nothing goes.
 *   <li>S: of the less important half those go whose key is most similar, by the cosine over all
 *       heads, to that of a token of the other half ("Sequential-U" in the paper).
 *   <li>I: all rounds of page rank on the graph of the tokens that are left, of which the most
 *       important stay.
 * </ol>
 *
 * <p>Importance is {@code sqrt(sum_h eta_h (s^h)^2 / sum_h eta_h)}, where {@code eta_h} is 1 for
 * heads whose variance is within bounds and 0 for others; if no head's is, all count. The variance
 * is that of the tokens between [CLS] and [SEP], divided by their mean: as shares of a whole, the
 * variances of documents of different lengths would not compare, and [CLS] and [SEP], which collect
 * most of a text's page rank and always stay, would be most of it.
 */
public final class ZeroTprune extends PruningByLayer {

  private static final long serialVersionUID = 1L;

  /** With how much of the page rank [CLS] begins. */
  public enum ClsWeight {
    /** The root of the number of tokens as much as any other: the paper's for classification. */
    ROOT("root"),
    /** As much as any other, "Zero-TPrune-uni" in the paper. */
    UNIFORM("uniform");

    private final String text;

    ClsWeight(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private static final Options OPTIONS = Options.create();

  /** Of those that go, the share that stage S takes, in [0, 1]; half of a layer's at most. */
  public static final PolicyOption<Double> SIMILAR =
      PolicyOption.between(
          "similar", 0.3, 0, 1, "Of the tokens that go, the share that goes for being similar.");

  /** How [CLS] begins. */
  public static final PolicyOption<ClsWeight> CLS_WEIGHT =
      PolicyOption.choice("cls-weight", ClsWeight.ROOT, "How much [CLS] counts at first.");

  /**
   * Rounds of stage I; 0 for those of the paper, 30 in the first quarter of the layers, 1 in the
   * last and 5 between. On text one round keeps as many labels at the same cost (of 400 IMDB
   * reviews .975, .932 and .892 at 75, 50 and 33 % of the FLOPs, the paper's .980, .925 and .873)
   * and takes less time.
   */
  public static final PolicyOption<Integer> ROUNDS =
      PolicyOption.integer(
          "rounds",
          1,
          0,
          "Rounds of page rank; 0 for the paper's: 30 in the first quarter of the layers, 1 in"
              + " the last, 5 between.");

  /** The least variance of a head. */
  public static final PolicyOption<Double> LEAST_VARIANCE =
      PolicyOption.between(
          "least-variance", 0.01, 0, 1e6, "Heads whose scores vary less than this do not count.");

  /** The greatest variance of a head. */
  public static final PolicyOption<Double> MOST_VARIANCE =
      PolicyOption.between(
          "most-variance", 0.7, 0, 1e6, "Heads whose scores vary more than this do not count.");

  /** The method. */
  public static final Method METHOD =
      new Method(
          "zero-tprune",
          "Keeps a share of the tokens in every layer, by page rank among dissimilar ones.",
          "Wang, Dedhia and Jha, CVPR 2024",
          Optional.of("zero_tprune"),
          List.of(
              OPTIONS.keepRatio(),
              SIMILAR,
              CLS_WEIGHT,
              ROUNDS,
              LEAST_VARIANCE,
              MOST_VARIANCE,
              OPTIONS.scope(),
              OPTIONS.layers(),
              OPTIONS.every(),
              OPTIONS.minimumTokens()),
          ZeroTprune::new);

  private static final int EARLY_ROUNDS = 30;
  private static final int MIDDLE_ROUNDS = 5;
  private static final int LATE_ROUNDS = 1;

  private ZeroTprune(OptionValues values) {
    super(METHOD, OPTIONS, values);
    if (get(LEAST_VARIANCE) > get(MOST_VARIANCE)) {
      throw new IllegalArgumentException(
          "Invalid most-variance: %s (least-variance is %s)"
              .formatted(
                  MOST_VARIANCE.write(get(MOST_VARIANCE)),
                  LEAST_VARIANCE.write(get(LEAST_VARIANCE))));
    }
  }

  @Override
  public List<ProgramStep> program(EncoderShape encoder, Optional<Combination> combination) {
    int rounds = get(ROUNDS);
    return program(
        "zero_tprune",
        stepRatio(),
        get(SIMILAR),
        get(CLS_WEIGHT) == ClsWeight.ROOT ? 1 : 0,
        rounds == 0 ? EARLY_ROUNDS : rounds,
        rounds == 0 ? MIDDLE_ROUNDS : rounds,
        rounds == 0 ? LATE_ROUNDS : rounds,
        get(LEAST_VARIANCE),
        get(MOST_VARIANCE),
        scope().code(),
        layers().first(),
        lastLayer(encoder, combination),
        every(),
        minimumTokens(),
        encoder.layers());
  }

  /**
   * A round of page rank is the product of a row and the graph of the tokens that are left, for
   * every head; similarities are between the two halves. The program votes in the whole graph and
   * takes it apart by one product more, which is less work than a copy.
   */
  @Override
  public long flops(EncoderShape encoder, Optional<Combination> combination, LayerWork work) {
    int carried = combination.map(Combination::carried).orElse(0);
    long products = 0;
    for (long next = layers().first(); next <= lastLayer(encoder, combination); next += every()) {
      int layer = (int) next - 1;
      long tokens = work.kept().get(layer - 1);
      long gone = tokens - Math.max(share(stepRatio(), tokens), Math.min(tokens, minimumTokens()));
      if (gone > 0) {
        long half = (tokens - 2) / 2;
        long alike = Math.min(share(get(SIMILAR), gone), half);
        long left = tokens - alike + carried;
        products += encoder.heads() * rounds(encoder, layer) * left * left;
        if (alike > 0) {
          products += encoder.heads() * (tokens + carried) * (tokens + carried);
          products += half * (tokens - 2 - half) * encoder.hidden();
        }
      }
    }
    return 2 * products;
  }

  private long rounds(EncoderShape encoder, int layer) {
    if (get(ROUNDS) > 0) {
      return get(ROUNDS);
    }
    int quarter = encoder.layers() / 4;
    if (layer <= quarter) {
      return EARLY_ROUNDS;
    }
    return layer > encoder.layers() - quarter ? LATE_ROUNDS : MIDDLE_ROUNDS;
  }

  /** As the program rounds, where a product such as 0.7 * 10 counts as 7. */
  private static long share(double ratio, long of) {
    return (long) Math.floor(ratio * of + 1e-9);
  }
}
