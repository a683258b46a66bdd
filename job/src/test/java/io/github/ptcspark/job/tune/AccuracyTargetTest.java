package io.github.ptcspark.job.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.job.tune.Target.Tested;
import io.github.ptcspark.testing.Seed;
import java.util.Random;
import org.junit.Rule;
import org.junit.Test;

public class AccuracyTargetTest {

  private static final int DRAWS = 10_000;

  @Rule public final Seed seed = new Seed();

  /** The wealth of bets that are made document by document, averaged by the midpoint rule. */
  @Test
  public void wealthIsThatOfBetsDocumentByDocument() {
    for (double loss : new double[] {0.005, 0.01, 0.1, 0.5}) {
      AccuracyTarget target = new AccuracyTarget(loss, 0.95);
      for (int[] counts : new int[][] {{0, 0, 300}, {3, 0, 400}, {20, 31, 1500}, {9, 1, 10}}) {
        double sum = 0;
        int stakes = 200;
        for (int i = 0; i < stakes; i++) {
          double stake = (i + 0.5) / stakes / (1 - loss);
          double wealth = 1;
          for (int document = 0; document < counts[2]; document++) {
            int lossOfDocument =
                document < counts[0] ? 1 : document < counts[0] + counts[1] ? -1 : 0;
            wealth *= 1 + stake * (loss - lossOfDocument);
          }
          sum += wealth;
        }
        double expected = sum / stakes;
        assertThat(target.wealth(counts[0], counts[1], counts[2]))
            .isCloseTo(expected, within(1e-9 * expected));
      }
    }
  }

  @Test
  public void documentsThatItTakes() {
    for (double loss : new double[] {0.005, 0.01, 0.05, 0.3}) {
      AccuracyTarget target = new AccuracyTarget(loss, 0.95);
      int fewest = (int) target.fewestDocuments();
      assertThat(target.accepts(new Tested(fewest, 0, 0, 0))).isTrue();
      assertThat(target.accepts(new Tested(fewest - 1, 0, 0, 0))).isFalse();
      // No more than twice as many as a bet on nothing but this would take.
      assertThat(fewest).isLessThan((int) (2 * Math.log(20) / Math.log1p(loss)) + 2);
    }
  }

  @Test
  public void wrongPromisesAreAsRareAsIsSaid() {
    assertThat(accepted(0.01, 0.02, 0.01, 2000)).isLessThan(0.05);
    assertThat(accepted(0.01, 0.0101, 0, 2000)).isLessThan(0.05);
    assertThat(accepted(0.05, 0.06, 0.01, 300)).isLessThan(0.05);
  }

  /** And promises that could be made are made, or the test above would show nothing. */
  @Test
  public void goodPoliciesAreAcceptedMostly() {
    assertThat(accepted(0.01, 0.002, 0.002, 2000)).isGreaterThan(0.95);
    assertThat(accepted(0.02, 0.015, 0.015, 3000)).isGreaterThan(0.9);
  }

  /** The share of samples with which a policy is accepted. */
  private double accepted(double loss, double lost, double won, int documents) {
    Random random = seed.random();
    AccuracyTarget target = new AccuracyTarget(loss, 0.95);
    int accepted = 0;
    for (int draw = 0; draw < DRAWS / 5; draw++) {
      int losses = 0;
      int wins = 0;
      for (int i = 0; i < documents; i++) {
        double place = random.nextDouble();
        losses += place < lost ? 1 : 0;
        wins += place >= lost && place < lost + won ? 1 : 0;
      }
      accepted += target.accepts(new Tested(documents, losses + wins, losses, wins)) ? 1 : 0;
    }
    return 5.0 * accepted / DRAWS;
  }

  @Test
  public void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> new AccuracyTarget(0, 0.95))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid value for --max-accuracy-loss: 0.0 (between 0 and 1, such as 0.01)");
    assertThatThrownBy(() -> new AccuracyTarget(0.01, 1))
        .hasMessageStartingWith("Invalid value for --confidence: ");
  }
}
