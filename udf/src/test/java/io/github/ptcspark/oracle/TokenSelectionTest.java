package io.github.ptcspark.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.pruning.LayerRange;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.Ratio;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import java.util.List;
import org.junit.Test;

/** Which tokens go, in documents small enough to see it. */
public class TokenSelectionTest {

  /** Positions 0 to 9; the best inner token is 8, the worst is 1. */
  private static final double[] RISING = {0, 1, 2, 3, 4, 5, 6, 7, 8, 0};

  @Test
  public void floorOfTheRatioIsNotSpoiltByRounding() {
    assertThat(TokenSelection.share(0.9, 10)).isEqualTo(9);
    assertThat(TokenSelection.share(0.7, 10)).isEqualTo(7);
    assertThat(TokenSelection.share(0.29, 100)).isEqualTo(29);
    assertThat(TokenSelection.share(0.9, 9)).isEqualTo(8);
    assertThat(TokenSelection.share(1, 512)).isEqualTo(512);
    assertThat(TokenSelection.share(0.1, 9)).isZero();
  }

  @Test
  public void ratioNineTenthsLeaves158Of512TokensInLayerTwelve() {
    int tokens = 512;
    for (int layer = 2; layer <= 12; layer++) {
      tokens = TokenSelection.next(policy(0.9, Fuzzy.OFF, 8), tokens);
    }
    assertThat(tokens).isEqualTo(158);
  }

  @Test
  public void documentDoesNotFallBelowTheMinimum() {
    Ratio policy = policy(0.5, Fuzzy.OFF, 8);

    assertThat(TokenSelection.next(policy, 20)).isEqualTo(10);
    assertThat(TokenSelection.next(policy, 10)).isEqualTo(8);
    assertThat(TokenSelection.next(policy, 8)).isEqualTo(8);
    assertThat(TokenSelection.next(policy, 5)).isEqualTo(5);
  }

  @Test
  public void bestTokensStayInDocumentOrder() {
    double[] scores = {0, 5, 1, 4, 2, 3, 0};

    assertThat(kept(policy(0.75, Fuzzy.OFF, 2), BertOracle.range(7), scores, 7))
        .containsExactly(0, 1, 3, 5, 6);
  }

  @Test
  public void firstAndLastTokenStayWhateverTheirScore() {
    assertThat(kept(policy(0.2, Fuzzy.OFF, 2), BertOracle.range(10), RISING, 10))
        .containsExactly(0, 9);
  }

  @Test
  public void amongEqualScoresTheEarlierTokenStays() {
    double[] scores = {9, 1, 2, 2, 1, 2, 1, 9};

    assertThat(kept(policy(0.5, Fuzzy.OFF, 2), BertOracle.range(8), scores, 8))
        .containsExactly(0, 2, 3, 7);
    assertThat(kept(policy(0.8, Fuzzy.OFF, 2), BertOracle.range(8), scores, 8))
        .containsExactly(0, 1, 2, 3, 5, 7);
  }

  @Test
  public void prunedTokensDoNotReturn() {
    double[] scores = {9, 1, 3, 2, 9};

    assertThat(kept(policy(0.8, Fuzzy.OFF, 2), List.of(0, 4, 5, 8, 9), scores, 10))
        .containsExactly(0, 5, 8, 9);
  }

  @Test
  public void fuzzyAppliesTheRatioToTheCandidates() {
    // The quartiles of 1 to 8 are 2.75 and 6.25, so the candidates score at most 3.1.
    assertThat(kept(policy(0.5, Fuzzy.FUZZY, 2), BertOracle.range(10), RISING, 10))
        .containsExactly(0, 3, 4, 5, 6, 7, 8, 9);
    assertThat(kept(policy(0.9, Fuzzy.FUZZY, 2), BertOracle.range(10), RISING, 10))
        .containsExactly(0, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  public void fuzzyStopsAtTheMinimum() {
    assertThat(kept(policy(0.5, Fuzzy.FUZZY, 9), BertOracle.range(10), RISING, 10))
        .containsExactly(0, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(kept(policy(0.5, Fuzzy.FUZZY, 20), BertOracle.range(10), RISING, 10)).hasSize(10);
  }

  @Test
  public void fuzzyQuotaPrunesAsManyAsTheRatioButCandidatesOnly() {
    assertThat(kept(policy(0.5, Fuzzy.FUZZY_QUOTA, 2), BertOracle.range(10), RISING, 10))
        .containsExactly(0, 4, 5, 6, 7, 8, 9);
    assertThat(kept(policy(0.8, Fuzzy.FUZZY_QUOTA, 2), BertOracle.range(10), RISING, 10))
        .containsExactly(0, 3, 4, 5, 6, 7, 8, 9);
    assertThat(kept(policy(0.5, Fuzzy.FUZZY_QUOTA, 9), BertOracle.range(10), RISING, 10))
        .containsExactly(0, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  public void fuzzyAmongEqualScoresPrunesTheLaterFirst() {
    double[] scores = {9, 1, 1, 1, 1, 9};

    assertThat(kept(policy(0.5, Fuzzy.FUZZY, 2), BertOracle.range(6), scores, 6))
        .containsExactly(0, 1, 2, 5);
  }

  @Test
  public void documentWithoutInnerTokensIsLeftAlone() {
    for (Fuzzy fuzzy : Fuzzy.values()) {
      assertThat(kept(policy(0.1, fuzzy, 2), List.of(0, 9), new double[] {1, 2}, 10))
          .containsExactly(0, 9);
      assertThat(kept(policy(0.1, fuzzy, 2), List.of(0), new double[] {1}, 1)).containsExactly(0);
    }
  }

  @Test
  public void marginIsTheGapBetweenTheWorstKeptAndTheBestPruned() {
    Ratio half = policy(0.5, Fuzzy.OFF, 2);

    assertThat(TokenSelection.of(half, BertOracle.range(10), RISING, 10).margin())
        .isCloseTo(1 / 4.5, within(1e-12));
    assertThat(
            TokenSelection.of(policy(0.5, Fuzzy.FUZZY, 2), BertOracle.range(10), RISING, 10)
                .margin())
        .isCloseTo(0.1 / 4.5, within(1e-12));
    assertThat(
            TokenSelection.of(policy(1, Fuzzy.OFF, 2), BertOracle.range(10), RISING, 10).margin())
        .isInfinite();
  }

  private static List<Integer> kept(
      Ratio policy, List<Integer> alive, double[] scores, int documentLength) {
    return TokenSelection.of(policy, alive, scores, documentLength).kept();
  }

  private static Ratio policy(double keepRatio, Fuzzy fuzzy, int minimumTokens) {
    return new Ratio(keepRatio, fuzzy, Scope.TOKENS, LayerRange.from(2), 1, minimumTokens);
  }
}
