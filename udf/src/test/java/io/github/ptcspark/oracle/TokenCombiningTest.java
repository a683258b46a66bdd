package io.github.ptcspark.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.Test;

/** Equations 9 to 11 with two columns, where layer normalisation gives (1, -1) or (-1, 1). */
public class TokenCombiningTest {

  private static final double[][] TOKENS = {{3, 1}, {1, 5}};
  private static final TokenCombining COMBINING =
      new TokenCombining(
          new LayerNorm(new double[] {1, 1}, new double[2], 0),
          new LayerNorm(new double[] {1, 1}, new double[2], 0),
          new Linear(new double[][] {{1, 0}, {0, 1}}, new double[] {0, 1}),
          new Linear(new double[][] {{1, 0}, {0, 1}}, new double[] {3, 0}),
          new Linear(new double[][] {{2, 0}, {0, 2}}, new double[] {1, 0}),
          new Linear(new double[][] {{0, 1}, {1, 0}}, new double[] {0, 1}));

  @Test
  public void everyWordGoesToItsMostSimilarToken() {
    double[][] words = {{2, 0}, {0, 4}, {6, 2}};

    double[][] logits = COMBINING.logits(TOKENS, words);

    // Queries (1, 0) and (-1, 2); keys (4, -1), (2, 1) and (4, -1).
    assertThat(logits[0]).containsExactly(new double[] {4, 2, 4}, within(1e-12));
    assertThat(logits[1]).containsExactly(new double[] {-6, 0, -6}, within(1e-12));
    assertThat(TokenCombining.groups(logits)).containsExactly(0, 0, 0);
    assertThat(TokenCombining.groups(new double[][] {{1, 4, 2}, {2, 3, 2}, {2, 5, 1}}))
        .containsExactly(1, 2, 0);
  }

  @Test
  public void groupMeansAreAddedToTheTokens() {
    double[][] words = {{2, 0}, {0, 4}, {6, 2}};

    double[][] combined = COMBINING.combine(TOKENS, words, List.of(0, 1, 0));

    // Values (5, 0), (1, 8) and (13, 4); means (9, 2) and (1, 8); outputs (2, 10) and (8, 2).
    assertThat(combined).isDeepEqualTo(new double[][] {{5, 11}, {9, 7}});
  }

  @Test
  public void emptyGroupLeavesItsTokenAsItWas() {
    double[][] combined = COMBINING.combine(TOKENS, new double[][] {{2, 0}}, List.of(0));

    assertThat(combined[1]).containsExactly(TOKENS[1]);
    assertThat(combined[0]).isNotEqualTo(TOKENS[0]);
  }
}
