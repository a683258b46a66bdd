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
 *
 * @param keepRatio share of its tokens that a layer keeps, in (0, 1]
 * @param similar of those that go, the share that stage S takes, in [0, 1]; half of the tokens of a
 *     layer at most
 * @param clsWeight with how much of the page rank [CLS] begins
 * @param rounds of stage I; 0 for those of the paper, 30 in the first quarter of the layers, 1 in
 *     the last and 5 between
 * @param leastVariance of a head that counts
 * @param mostVariance of a head that counts
 * @param scope what a pruned token loses
 * @param layers that work on fewer tokens
 * @param every of these layers, every so-manieth prunes, to the ratio raised to that power
 * @param minimumTokens a document is never pruned below this many tokens
 */
public record ZeroTprune(
    double keepRatio,
    double similar,
    ClsWeight clsWeight,
    int rounds,
    double leastVariance,
    double mostVariance,
    Scope scope,
    LayerRange layers,
    int every,
    int minimumTokens)
    implements PruningByLayer {

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

  /** The share that stays. */
  public static final PolicyOption<Double> KEEP_RATIO = PruningOptions.keepRatioOfLayer();

  /** The share of stage S. */
  public static final PolicyOption<Double> SIMILAR =
      PolicyOption.between(
          "similar", 0.3, 0, 1, "Of the tokens that go, the share that goes for being similar.");

  /** How [CLS] begins. */
  public static final PolicyOption<ClsWeight> CLS_WEIGHT =
      PolicyOption.choice("cls-weight", ClsWeight.ROOT, "How much [CLS] counts at first.");

  /** Rounds of page rank. */
  public static final PolicyOption<Integer> ROUNDS =
      PolicyOption.integer(
          "rounds",
          0,
          0,
          "Rounds of page rank; 0 for 30 in the first quarter of the layers, 1 in the last, 5"
              + " between.");

  /** The least variance of a head. */
  public static final PolicyOption<Double> LEAST_VARIANCE =
      PolicyOption.between(
          "least-variance", 0.01, 0, 1e6, "Heads whose scores vary less than this do not count.");

  /** The greatest variance of a head. */
  public static final PolicyOption<Double> MOST_VARIANCE =
      PolicyOption.between(
          "most-variance", 0.7, 0, 1e6, "Heads whose scores vary more than this do not count.");

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
          "zero-tprune",
          "Keeps a share of the tokens in every layer, by page rank among dissimilar ones.",
          "Wang, Dedhia and Jha, CVPR 2024",
          Optional.of("zero_tprune"),
          List.of(
              KEEP_RATIO,
              SIMILAR,
              CLS_WEIGHT,
              ROUNDS,
              LEAST_VARIANCE,
              MOST_VARIANCE,
              SCOPE,
              LAYERS,
              EVERY,
              MINIMUM_TOKENS),
          ZeroTprune::of);

  private static final int EARLY_ROUNDS = 30;
  private static final int MIDDLE_ROUNDS = 5;
  private static final int LATE_ROUNDS = 1;

  /** Checks every component. */
  public ZeroTprune {
    KEEP_RATIO.check(keepRatio);
    SIMILAR.check(similar);
    ROUNDS.check(rounds);
    LEAST_VARIANCE.check(leastVariance);
    MOST_VARIANCE.check(mostVariance);
    LAYERS.check(layers);
    EVERY.check(every);
    MINIMUM_TOKENS.check(minimumTokens);
    if (leastVariance > mostVariance) {
      throw new IllegalArgumentException(
          "Invalid most-variance: %s (least-variance is %s)"
              .formatted(MOST_VARIANCE.write(mostVariance), LEAST_VARIANCE.write(leastVariance)));
    }
  }

  private static ZeroTprune of(OptionValues values) {
    return new ZeroTprune(
        values.get(KEEP_RATIO),
        values.get(SIMILAR),
        values.get(CLS_WEIGHT),
        values.get(ROUNDS),
        values.get(LEAST_VARIANCE),
        values.get(MOST_VARIANCE),
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
        .with(SIMILAR, similar)
        .with(CLS_WEIGHT, clsWeight)
        .with(ROUNDS, rounds)
        .with(LEAST_VARIANCE, leastVariance)
        .with(MOST_VARIANCE, mostVariance)
        .with(SCOPE, scope)
        .with(LAYERS, layers)
        .with(EVERY, every)
        .with(MINIMUM_TOKENS, minimumTokens);
  }

  @Override
  public List<ProgramStep> program(EncoderShape encoder, Optional<Combination> combination) {
    return List.of(
        new ProgramStep(
            "zero_tprune",
            List.of(
                ratio(),
                similar,
                clsWeight == ClsWeight.ROOT ? 1. : 0.,
                (double) (rounds == 0 ? EARLY_ROUNDS : rounds),
                (double) (rounds == 0 ? MIDDLE_ROUNDS : rounds),
                (double) (rounds == 0 ? LATE_ROUNDS : rounds),
                leastVariance,
                mostVariance,
                scope == Scope.TOKENS ? 1. : 0.,
                (double) layers.first(),
                (double) last(encoder, combination),
                (double) every,
                (double) minimumTokens,
                (double) encoder.layers()),
            List.of()));
  }

  /**
   * A round of page rank is the product of a row and the graph, for every head; similarities are
   * between the two halves.
   */
  @Override
  public long flops(EncoderShape encoder, Optional<Combination> combination, LayerWork work) {
    int carried = combination.map(Combination::carried).orElse(0);
    long products = 0;
    for (int next = layers.first(); next <= last(encoder, combination); next += every) {
      int layer = next - 1;
      long tokens = work.kept().get(layer - 1);
      long gone = tokens - Math.max(share(ratio(), tokens), Math.min(tokens, minimumTokens));
      if (gone > 0) {
        long half = (tokens - 2) / 2;
        long alike = Math.min(share(similar, gone), half);
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

  private double ratio() {
    return Math.pow(keepRatio, every);
  }

  private int last(EncoderShape encoder, Optional<Combination> combination) {
    return prunes() ? Math.min(layers.last(), scope.lastLayer(encoder, combination)) : 0;
  }

  private long rounds(EncoderShape encoder, int layer) {
    if (rounds > 0) {
      return rounds;
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
