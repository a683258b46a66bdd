package io.github.ptcspark.oracle;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.pruning.NoPruning;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.PtcPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The whole way of a document through BERT without pruning or under a {@link PtcPolicy}. */
public final class PtcOracle {

  private final BertOracle bert;
  private final int layers;
  private final PtcPolicy policy;

  /** The oracle of a bundle under the bundle's own policy. */
  public PtcOracle(Bundle bundle) {
    this(bundle, bundle.settings().policy());
  }

  /** The oracle of a bundle under another policy. */
  public PtcOracle(Bundle bundle, PruningPolicy policy) {
    policy.checkAgainst(bundle.config().shape());
    this.bert = new BertOracle(bundle);
    this.layers = bundle.config().shape().layers();
    this.policy = asPtc(policy);
  }

  /** Plain BERT is PTC that keeps every token and does not combine. */
  private static PtcPolicy asPtc(PruningPolicy policy) {
    if (policy instanceof PtcPolicy ptc) {
      return ptc;
    }
    if (policy instanceof NoPruning) {
      return new PtcPolicy(1, PtcPolicy.Fuzzy.OFF, PtcPolicy.Scope.TOKENS, 2, 1, 0, 0, 2);
    }
    throw new IllegalArgumentException("Invalid policy for this oracle: %s".formatted(policy));
  }

  /**
   * The document from its word pieces to the logits. The rows of a layer are {@code [E; C]}: the
   * word pieces present, then the combination tokens, which start as they are stored, without
   * position, type or normalisation.
   *
   * @param ids word pieces, [CLS] first and [SEP] last
   */
  public OracleOutput run(long... ids) {
    OracleTrace trace = new OracleTrace();
    double[][] words = bert.embeddings(ids);
    double[][] combinationTokens =
        policy.combines() ? bert.combinationTokens(policy.combinationTokens()) : new double[0][];
    List<Integer> alive = BertOracle.range(ids.length);
    double[] scores = {};
    for (int layer = 1; layer <= layers; layer++) {
      if (prunesBefore(layer)) {
        TokenSelection selection = TokenSelection.of(policy, alive, scores, ids.length);
        trace.pruning(selection);
        if (prunesWholeTokens()) {
          words = survivors(words, alive, selection.kept());
        }
        alive = selection.kept();
      }
      if (policy.combines() && layer == policy.combiningLayer()) {
        TokenCombining combining = bert.combining();
        double[][] logits = combining.logits(combinationTokens, words);
        List<Integer> groups = TokenCombining.groups(logits);
        combinationTokens = combining.combine(combinationTokens, words, groups);
        trace.combiningLayer(
            prunesWholeTokens() ? alive : BertOracle.range(ids.length), logits, groups);
        words = new double[0][];
      } else if (policy.combines() && layer > policy.combiningLayer()) {
        combinationTokens = bert.layer(layer, combinationTokens);
        trace.combinedLayer(combinationTokens.length);
      } else {
        double[][] x = Rows.concatenate(words, combinationTokens);
        List<Integer> keys = keyRows(alive, words.length, combinationTokens.length);
        EncoderLayer encoder = bert.encoderLayer(layer);
        scores = Arrays.copyOf(Attention.scores(encoder.probabilities(x, keys)), alive.size());
        trace.ordinaryLayer(alive, scores);
        double[][] output = encoder.apply(x, keys);
        combinationTokens = Rows.slice(output, words.length, output.length);
        words = Rows.slice(output, 0, words.length);
      }
    }
    double[][] output = policy.combines() ? combinationTokens : words;
    double[] pooled = bert.pool(output);
    return new OracleOutput(output, pooled, bert.classify(pooled), trace);
  }

  /**
   * Whether tokens are pruned between the layer before and this one. The combining layer reads no
   * keys and values, so that there only the pruning of whole tokens means anything.
   */
  private boolean prunesBefore(int layer) {
    if (layer < policy.firstPrunedLayer()
        || (layer - policy.firstPrunedLayer()) % policy.every() != 0) {
      return false;
    }
    if (!policy.combines() || layer < policy.combiningLayer()) {
      return true;
    }
    return layer == policy.combiningLayer() && prunesWholeTokens();
  }

  private boolean prunesWholeTokens() {
    return policy.scope() == PtcPolicy.Scope.TOKENS;
  }

  /** The rows of the word pieces that are kept, of those that were alive. */
  private static double[][] survivors(double[][] words, List<Integer> alive, List<Integer> kept) {
    List<Integer> rows = new ArrayList<>();
    for (int row = 0; row < alive.size(); row++) {
      if (kept.contains(alive.get(row))) {
        rows.add(row);
      }
    }
    return Rows.pick(words, rows);
  }

  /**
   * The rows of {@code [E; C]} that are keys: the word pieces alive, then all combination tokens.
   * If whole tokens are pruned, only those alive have a row; else word piece i has row i.
   */
  private List<Integer> keyRows(List<Integer> alive, int words, int combinationTokens) {
    List<Integer> keys =
        new ArrayList<>(prunesWholeTokens() ? BertOracle.range(alive.size()) : alive);
    for (int i = 0; i < combinationTokens; i++) {
      keys.add(words + i);
    }
    return keys;
  }
}
