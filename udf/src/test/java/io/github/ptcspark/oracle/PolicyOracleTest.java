package io.github.ptcspark.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import io.github.ptcspark.testing.Policies;
import java.util.ArrayList;
import java.util.List;
import org.junit.Test;

/** Whole documents: the oracle's bookkeeping against the same layers put together another way. */
public class PolicyOracleTest {

  private static final int LENGTH = 20;
  private static final int LAYERS = TinyBundles.LAYERS;
  private static final int COMBINATION_TOKENS = TinyBundles.COMBINATION_TOKENS;

  @Test
  public void withoutPruningItIsPlainBert() {
    Bundle model = model(1, Pooling.MEAN);
    BertOracle bert = new BertOracle(model);
    long[] ids = TinyBundles.document(1, LENGTH);

    OracleOutput output = new PolicyOracle(model).run(ids);

    assertSame(output.tokens(), bert.encode(ids));
    assertThat(output.pooled()).containsExactly(Rows.mean(output.tokens()), within(1e-12));
    assertThat(output.logits()).containsExactly(bert.classify(output.pooled()), within(1e-12));
    assertThat(output.keptPerLayer()).containsExactly(20, 20, 20, 20, 20);
    assertThat(output.combinationTokensUsed()).isZero();
    assertThat(output.margin()).isInfinite();
  }

  @Test
  public void keepingAllTokensIsPlainBertInBothScopes() {
    Bundle model = model(2, Pooling.CLS_POOLER);
    long[] ids = TinyBundles.document(2, LENGTH);
    double[] plain = new PolicyOracle(model, PruningPolicy.NONE).run(ids).logits();

    for (Scope scope : Scope.values()) {
      PruningPolicy policy = Policies.ptc(1, Fuzzy.OFF, scope, 2, 1, 0, 0, 8);
      assertThat(new PolicyOracle(model, policy).run(ids).logits())
          .containsExactly(plain, within(1e-12));
    }
  }

  @Test
  public void scoresAreSharesOfTheAttentionAndSumToOneWithoutCombinationTokens() {
    OracleOutput output =
        new PolicyOracle(model(3, Pooling.MEAN), pruning(0.8, Fuzzy.OFF, Scope.KEYS_VALUES, 2))
            .run(TinyBundles.document(3, LENGTH));

    for (int layer = 0; layer < LAYERS; layer++) {
      assertThat(output.scores().get(layer)).hasSameSizeAs(output.keptPositions().get(layer));
      assertThat(output.scores().get(layer).stream().mapToDouble(score -> score).sum())
          .isCloseTo(1, within(1e-12));
    }
  }

  @Test
  public void everyLayerKeepsTheBestOfTheLayerBefore() {
    for (long seed = 0; seed < 20; seed++) {
      for (Scope scope : Scope.values()) {
        OracleOutput output =
            new PolicyOracle(model(seed, Pooling.MEAN), pruning(0.5, Fuzzy.OFF, scope, 3))
                .run(TinyBundles.document(seed, LENGTH));

        assertThat(output.keptPerLayer()).containsExactly(20, 20, 10, 5, 2);
        for (int layer = 1; layer < LAYERS; layer++) {
          List<Integer> before = output.keptPositions().get(layer - 1);
          List<Integer> kept = output.keptPositions().get(layer);
          assertThat(before).as("seed %d", seed).containsAll(kept);
          assertThat(kept).as("seed %d", seed).isSorted().contains(0, LENGTH - 1);
          List<Double> scores = output.scores().get(layer - 1);
          double worstKept = Double.POSITIVE_INFINITY;
          double bestPruned = Double.NEGATIVE_INFINITY;
          for (int i = 0; i < before.size(); i++) {
            if (!kept.contains(before.get(i))) {
              bestPruned = Math.max(bestPruned, scores.get(i));
            } else if (before.get(i) != 0 && before.get(i) != LENGTH - 1) {
              worstKept = Math.min(worstKept, scores.get(i));
            }
          }
          assertThat(bestPruned).as("seed %d", seed).isLessThanOrEqualTo(worstKept);
        }
      }
    }
  }

  @Test
  public void prunedTokensLeaveTheLaterLayers() {
    Bundle model = model(4, Pooling.MEAN);
    BertOracle bert = new BertOracle(model);
    long[] ids = TinyBundles.document(4, LENGTH);

    OracleOutput output =
        new PolicyOracle(model, pruning(0.7, Fuzzy.FUZZY_QUOTA, Scope.TOKENS, 2)).run(ids);

    double[][] byPosition = bert.embeddings(ids);
    for (int layer = 1; layer <= LAYERS; layer++) {
      List<Integer> kept = output.keptPositions().get(layer - 1);
      double[][] x = bert.layer(layer, Rows.pick(byPosition, kept));
      for (int i = 0; i < x.length; i++) {
        byPosition[kept.get(i)] = x[i];
      }
    }
    List<Integer> last = output.keptPositions().get(LAYERS - 1);
    assertThat(last.size()).isLessThan(LENGTH);
    assertSame(output.tokens(), Rows.pick(byPosition, last));
  }

  @Test
  public void prunedKeysAndValuesLeaveQueriesAndHiddenStates() {
    Bundle model = model(5, Pooling.MEAN);
    BertOracle bert = new BertOracle(model);
    long[] ids = TinyBundles.document(5, LENGTH);

    OracleOutput output =
        new PolicyOracle(model, pruning(0.7, Fuzzy.OFF, Scope.KEYS_VALUES, 2)).run(ids);

    double[][] x = bert.embeddings(ids);
    for (int layer = 1; layer <= LAYERS; layer++) {
      x = throughOneByOne(bert.encoderLayer(layer), x, output.keptPositions().get(layer - 1));
    }
    assertThat(output.tokens()).hasDimensions(LENGTH, TinyBundles.HIDDEN);
    assertSame(output.tokens(), x);
    assertThat(output.pooled()).containsExactly(Rows.mean(x), within(1e-12));
  }

  @Test
  public void fuzzyNeverPrunesMoreThanTheQuotaOfTheRatio() {
    for (long seed = 0; seed < 20; seed++) {
      Bundle model = model(seed, Pooling.MEAN);
      long[] ids = TinyBundles.document(seed, LENGTH);
      List<Integer> fuzzy = keptPerLayer(model, pruning(0.6, Fuzzy.FUZZY, Scope.TOKENS, 2), ids);
      List<Integer> quota =
          keptPerLayer(model, pruning(0.6, Fuzzy.FUZZY_QUOTA, Scope.TOKENS, 2), ids);
      List<Integer> ratio = keptPerLayer(model, pruning(0.6, Fuzzy.OFF, Scope.TOKENS, 2), ids);

      for (int layer = 0; layer < LAYERS; layer++) {
        assertThat(quota.get(layer)).as("seed %d", seed).isGreaterThanOrEqualTo(ratio.get(layer));
        assertThat(fuzzy.get(layer)).as("seed %d", seed).isGreaterThanOrEqualTo(ratio.get(layer));
      }
    }
  }

  @Test
  public void fuzzyTakesQuartilesOfTheInnerTokensAlive() {
    for (long seed = 0; seed < 20; seed++) {
      OracleOutput output =
          new PolicyOracle(
                  model(seed, Pooling.MEAN), pruning(0.6, Fuzzy.FUZZY, Scope.KEYS_VALUES, 2))
              .run(TinyBundles.document(seed, LENGTH));

      for (int layer = 1; layer < LAYERS; layer++) {
        List<Double> scores = output.scores().get(layer - 1);
        double[] inner =
            scores.subList(1, scores.size() - 1).stream().mapToDouble(score -> score).toArray();
        double threshold = FuzzyCandidates.threshold(inner);
        int candidates = 0;
        for (double score : inner) {
          candidates += score <= threshold ? 1 : 0;
        }
        assertThat(output.keptPerLayer().get(layer))
            .as("seed %d", seed)
            .isEqualTo(scores.size() - candidates + (int) (0.6 * candidates + 1e-9));
      }
    }
  }

  @Test
  public void combiningCountsTheTokensThatAreCombinedThenTheCombinationTokens() {
    Bundle model = model(6, Pooling.MEAN);
    long[] ids = TinyBundles.document(6, LENGTH);

    assertThat(keptPerLayer(model, combining(0.5, Scope.TOKENS, 2, 4), ids))
        .containsExactly(20, 10, 5, 2, 3);
    assertThat(keptPerLayer(model, combining(0.5, Scope.KEYS_VALUES, 2, 4), ids))
        .containsExactly(20, 10, 5, 20, 3);
    assertThat(keptPerLayer(model, combining(0.5, Scope.TOKENS, 2, 2), ids))
        .containsExactly(20, 10, 3, 3, 3);
    assertThat(keptPerLayer(model, combining(0.5, Scope.TOKENS, 5, 3), ids))
        .containsExactly(20, 20, 20, 3, 3);
    assertThat(keptPerLayer(model, combining(0.5, Scope.TOKENS, 2, 5), ids))
        .containsExactly(20, 10, 5, 2, 2);
  }

  @Test
  public void combinationTokensTakePartFromTheFirstLayerAndReplaceTheWords() {
    for (long seed = 0; seed < 20; seed++) {
      for (Pooling pooling : Pooling.values()) {
        Bundle model = model(seed, pooling);
        BertOracle bert = new BertOracle(model);
        long[] ids = TinyBundles.document(seed, LENGTH);

        OracleOutput output =
            new PolicyOracle(model, combining(0.5, Scope.KEYS_VALUES, 2, 2)).run(ids);

        double[][] raw = bert.combinationTokens(COMBINATION_TOKENS);
        double[][] x = bert.layer(1, Rows.concatenate(bert.embeddings(ids), raw));
        double[][] words = Rows.slice(x, 0, LENGTH);
        double[][] tokens = Rows.slice(x, LENGTH, LENGTH + COMBINATION_TOKENS);
        TokenCombining module = bert.combining();
        List<Integer> groups = TokenCombining.groups(module.logits(tokens, words));
        tokens = module.combine(tokens, words, groups);
        for (int layer = 3; layer <= LAYERS; layer++) {
          tokens = bert.layer(layer, tokens);
        }
        assertSame(output.tokens(), tokens);
        assertThat(output.groups()).as("seed %d", seed).isEqualTo(groups).hasSize(LENGTH);
        assertThat(output.combinationTokensUsed())
            .as("seed %d", seed)
            .isEqualTo((int) groups.stream().distinct().count())
            .isBetween(1, COMBINATION_TOKENS);
        assertThat(output.pooled()).containsExactly(bert.pool(tokens), within(1e-12));
        assertThat(output.margin()).as("seed %d", seed).isPositive().isFinite();
      }
    }
  }

  @Test
  public void combinationTokensStayKeysWhileWordsArePruned() {
    Bundle model = model(7, Pooling.MEAN);
    BertOracle bert = new BertOracle(model);
    long[] ids = TinyBundles.document(7, LENGTH);

    for (Scope scope : Scope.values()) {
      OracleOutput output = new PolicyOracle(model, combining(0.7, scope, 2, LAYERS)).run(ids);

      double[][] byPosition =
          Rows.concatenate(bert.embeddings(ids), bert.combinationTokens(COMBINATION_TOKENS));
      for (int layer = 1; layer < LAYERS; layer++) {
        List<Integer> keys = new ArrayList<>(output.keptPositions().get(layer - 1));
        assertScores(output, layer, bert.encoderLayer(layer), byPosition, keys, scope);
        keys.addAll(List.of(LENGTH, LENGTH + 1, LENGTH + 2));
        byPosition = throughOneByOne(bert.encoderLayer(layer), byPosition, keys);
      }
      List<Integer> combined = output.keptPositions().get(LAYERS - 1);
      double[][] words = Rows.pick(byPosition, combined);
      double[][] tokens = Rows.slice(byPosition, LENGTH, LENGTH + COMBINATION_TOKENS);
      TokenCombining module = bert.combining();
      assertSame(output.tokens(), module.combine(tokens, words, output.groups()));
      assertThat(combined).hasSize(scope == Scope.TOKENS ? 4 : LENGTH);
    }
  }

  @Test
  public void shortDocumentsPassThroughEveryPolicy() {
    Bundle model = model(8, Pooling.MEAN);
    for (int length = 1; length <= 4; length++) {
      for (Fuzzy fuzzy : Fuzzy.values()) {
        for (Scope scope : Scope.values()) {
          PruningPolicy policy = Policies.ptc(0.3, fuzzy, scope, 2, 1, 0, 0, 8);
          OracleOutput output =
              new PolicyOracle(model, policy).run(TinyBundles.document(8, length));
          assertThat(output.keptPerLayer()).containsOnly(length).hasSize(LAYERS);
          assertThat(output.logits()).hasSize(3).doesNotContain(Double.NaN);
        }
      }
    }
  }

  /** The mean of the columns of the attention of the rows present, over the heads. */
  private static void assertScores(
      OracleOutput output,
      int layer,
      EncoderLayer encoder,
      double[][] byPosition,
      List<Integer> alive,
      Scope scope) {
    List<Integer> tokens = List.of(LENGTH, LENGTH + 1, LENGTH + 2);
    List<Integer> queries =
        new ArrayList<>(scope == Scope.TOKENS ? alive : BertOracle.range(LENGTH));
    queries.addAll(tokens);
    List<Integer> keys = new ArrayList<>(alive);
    keys.addAll(tokens);
    double[][][] attention = encoder.probabilities(byPosition, keys);
    for (int j = 0; j < alive.size(); j++) {
      double sum = 0;
      for (double[][] head : attention) {
        for (int query : queries) {
          sum += head[query][j];
        }
      }
      assertThat(output.scores().get(layer - 1).get(j))
          .isCloseTo(sum / (attention.length * queries.size()), within(1e-12));
    }
  }

  /** Every row on its own against the key rows of x. */
  private static double[][] throughOneByOne(
      EncoderLayer encoder, double[][] x, List<Integer> keys) {
    double[][] output = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      double[][] keysThenQuery = Rows.concatenate(Rows.pick(x, keys), new double[][] {x[i]});
      output[i] = encoder.apply(keysThenQuery, BertOracle.range(keys.size()))[keys.size()];
    }
    return output;
  }

  private static void assertSame(double[][] actual, double[][] expected) {
    assertThat(actual).hasDimensions(expected.length, TinyBundles.HIDDEN);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("row %d", i).containsExactly(expected[i], within(1e-10));
    }
  }

  private static List<Integer> keptPerLayer(Bundle model, PruningPolicy policy, long[] ids) {
    return new PolicyOracle(model, policy).run(ids).keptPerLayer();
  }

  private static Bundle model(long seed, Pooling pooling) {
    return TinyBundles.random(seed, pooling, List.of("a", "b", "c"));
  }

  private static PruningPolicy pruning(
      double keepRatio, Fuzzy fuzzy, Scope scope, int firstPrunedLayer) {
    return Policies.ptc(keepRatio, fuzzy, scope, firstPrunedLayer, 1, 0, 0, 2);
  }

  private static PruningPolicy combining(
      double keepRatio, Scope scope, int firstPrunedLayer, int combiningLayer) {
    return Policies.ptc(
        keepRatio, Fuzzy.OFF, scope, firstPrunedLayer, 1, combiningLayer, COMBINATION_TOKENS, 2);
  }
}
