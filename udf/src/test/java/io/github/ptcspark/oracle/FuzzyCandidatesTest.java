package io.github.ptcspark.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.Test;

/** The threshold against the fuzzy sets as the paper defines them. */
public class FuzzyCandidatesTest {

  @Test
  public void quantilesInterpolateBetweenNeighbours() {
    double[] scores = {8, 1, 2, 7, 3, 6, 4, 5};

    assertThat(FuzzyCandidates.quantile(scores, 0)).isEqualTo(1);
    assertThat(FuzzyCandidates.quantile(scores, 0.25)).isEqualTo(2.75);
    assertThat(FuzzyCandidates.quantile(scores, 0.75)).isEqualTo(6.25);
    assertThat(FuzzyCandidates.quantile(scores, 1)).isEqualTo(8);
    assertThat(FuzzyCandidates.quantile(new double[] {3}, 0.25)).isEqualTo(3);
    assertThat(FuzzyCandidates.threshold(scores)).isCloseTo(3.1, within(1e-12));
  }

  @Test
  public void candidatesAreTheComplementOfImportantWithoutUnimportant() {
    for (long seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      double[] scores =
          random.doubles(1 + random.nextInt(60)).map(score -> score * score / 50).toArray();
      double threshold = FuzzyCandidates.threshold(scores);

      Set<Integer> candidates = new HashSet<>();
      for (int j = 0; j < scores.length; j++) {
        if (scores[j] <= threshold) {
          candidates.add(j);
        }
      }

      assertThat(candidates).as("seed %d", seed).isEqualTo(complement(scores));
    }
  }

  @Test
  public void equalScoresAreAllCandidates() {
    double[] scores = {0.2, 0.2, 0.2};

    assertThat(complement(scores)).containsExactlyInAnyOrder(0, 1, 2);
    assertThat(FuzzyCandidates.threshold(scores)).isEqualTo(0.2);
  }

  /** {@code (I - U)^c}, where I and U are the alpha-cuts at 0.01 and 0.9. */
  private static Set<Integer> complement(double[] scores) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    double a = quartile(sorted, 1);
    double b = quartile(sorted, 3);
    Set<Integer> complement = new HashSet<>();
    for (int j = 0; j < scores.length; j++) {
      boolean important = importance(scores[j], a, b) >= 0.01;
      boolean unimportant = unimportance(scores[j], a, b) >= 0.9;
      if (!(important && !unimportant)) {
        complement.add(j);
      }
    }
    return complement;
  }

  /** Equation 6. */
  private static double importance(double score, double a, double b) {
    if (score <= a) {
      return 0;
    }
    return score >= b ? 1 : (score - a) / (b - a);
  }

  /** Equation 7. */
  private static double unimportance(double score, double a, double b) {
    if (score <= a) {
      return 1;
    }
    return score >= b ? 0 : (b - score) / (b - a);
  }

  /** Of sorted scores, by walking a quarter or three quarters of the way in whole numbers. */
  private static double quartile(double[] sorted, int quarter) {
    int way = quarter * (sorted.length - 1);
    double below = sorted[way / 4];
    double above = sorted[(way + 3) / 4];
    return below + (above - below) * (way % 4) / 4;
  }
}
