package io.github.ptcspark.oracle;

import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.PredictedSaliency;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What a scorer says counts for less than a share of the mean goes, layer by layer. */
final class PredictedSaliencyOracle implements StepOracle {

  private final PredictedSaliency step;
  private final double[][] scorers;
  private final Optional<Integer> combining;

  /**
   * The step of a model.
   *
   * @param scorers of the layers, {@code [layers - 1, hidden]}
   * @param combining the layer in which all word pieces are combined
   */
  PredictedSaliencyOracle(PredictedSaliency step, double[][] scorers, Optional<Integer> combining) {
    this.step = step;
    this.scorers = Rows.copy(scorers);
    this.combining = combining;
  }

  @Override
  public void afterAttention(OracleDocument document, LayerAttention attention) {
    int next = attention.layer() + 1;
    Scope scope = step.get(PredictedSaliency.SCOPE);
    boolean prunes =
        next >= step.get(PredictedSaliency.LAYERS).first()
            && next <= Math.min(step.get(PredictedSaliency.LAYERS).last(), scorers.length + 1)
            && RatioOracle.readsWords(next, scope, combining);
    if (!prunes) {
      return;
    }
    List<Integer> kept = document.kept();
    document.trace().products().add(kept.size() - 2, scorers[0].length, 1);
    double[] shares = shares(document, scorers[attention.layer() - 1]);
    double threshold = step.get(PredictedSaliency.THRESHOLD);
    // The least salient goes first and, among equal ones, the latest token.
    List<Integer> order =
        IntStream.range(0, shares.length)
            .boxed()
            .sorted(
                Comparator.<Integer>comparingDouble(place -> shares[place])
                    .thenComparing(Comparator.reverseOrder()))
            .toList();
    int below = (int) Arrays.stream(shares).filter(share -> share < threshold - 1e-6).count();
    int gone =
        Math.max(0, Math.min(below, kept.size() - step.get(PredictedSaliency.MINIMUM_TOKENS)));
    for (double share : shares) {
      document.trace().decision(Math.abs(share - threshold));
    }
    if (gone > 0 && gone < order.size()) {
      document.trace().decision(shares[order.get(gone)] - shares[order.get(gone - 1)]);
    }
    List<Integer> left = new ArrayList<>(kept);
    left.removeAll(order.subList(0, gone).stream().map(place -> kept.get(place + 1)).toList());
    document.keep(left, scope);
  }

  /** Of the tokens between [CLS] and [SEP], where 1 is what all would have if they were alike. */
  private static double[] shares(OracleDocument document, double[] scorer) {
    List<Integer> rows = document.keyRows().subList(1, document.kept().size() - 1);
    double[] logits =
        rows.stream().mapToDouble(row -> Rows.dot(scorer, document.x()[row])).toArray();
    double largest = Arrays.stream(logits).max().orElse(0);
    double[] powers = Arrays.stream(logits).map(logit -> Math.exp(logit - largest)).toArray();
    double sum = Arrays.stream(powers).sum();
    return Arrays.stream(powers).map(power -> power / sum * powers.length).toArray();
  }
}
