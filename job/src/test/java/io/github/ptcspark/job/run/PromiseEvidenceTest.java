package io.github.ptcspark.job.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.testing.Seed;
import java.util.Random;
import org.junit.Rule;
import org.junit.Test;

public class PromiseEvidenceTest {

  private static final int DRAWS = 10_000;
  private static final double DELTA = 0.05;

  @Rule public final Seed seed = new Seed();

  @Test
  public void itIsTheLikelihoodRatioAveragedOverHigherShares() {
    for (double alpha : new double[] {0.001, 0.01, 0.05, 0.3}) {
      PromiseEvidence evidence = new PromiseEvidence(alpha);
      for (int documents : new int[] {1, 10, 200, 1000}) {
        for (int others : new int[] {1, 2, 7, 60}) {
          if (others <= documents) {
            double expected = averaged(alpha, others, documents);
            assertThat(Math.exp(evidence.logOf(new Audited(documents, others))))
                .as("%s: %s of %s", alpha, others, documents)
                .isCloseTo(expected, within(1e-3 * expected));
          }
        }
      }
      assertThat(evidence.logOf(new Audited(1000, 0))).isEqualTo(Double.NEGATIVE_INFINITY);
      assertThat(averaged(alpha, 0, 1000)).isLessThan(1);
      assertThat(evidence.logOf(new Audited(100_000, 99_000))).isFinite().isGreaterThan(700);
    }
  }

  /** By the midpoint rule in the logarithm of the share, where its density is constant. */
  private static double averaged(double alpha, int others, int documents) {
    int steps = 200_000;
    double width = -Math.log(alpha) / steps;
    double sum = 0;
    for (int i = 0; i < steps; i++) {
      double p = alpha * Math.exp((i + 0.5) * width);
      sum +=
          Math.exp(
              others * Math.log(p / alpha)
                  + (documents - others) * (Math.log1p(-p) - Math.log1p(-alpha)));
    }
    return sum / steps;
  }

  /** A look after every one of twenty runs, and a model that agrees just as often as promised. */
  @Test
  public void whileThePromiseHoldsItIsHardlyEverCalledBroken() {
    assertThat(shareOfAlarms(0.01, 0.01, 0)).isLessThan(DELTA);
    assertThat(shareOfAlarms(0.05, 0.05, 0)).isLessThan(DELTA);
    assertThat(shareOfAlarms(0.05, 0.03, 0)).isLessThan(0.01);
  }

  @Test
  public void aBrokenPromiseIsNoticed() {
    assertThat(shareOfAlarms(0.01, 0.05, 0)).isGreaterThan(0.99);
    assertThat(shareOfAlarms(0.01, 0.3, 19)).as("in the last run alone").isGreaterThan(0.99);
  }

  /**
   * The share of outputs of which it is ever said that the promise is broken.
   *
   * @param alpha share of disagreements that is promised
   * @param real share from a run on; alpha before
   */
  private double shareOfAlarms(double alpha, double real, int changes) {
    Random random = seed.random();
    PromiseEvidence evidence = new PromiseEvidence(alpha);
    int alarms = 0;
    for (int draw = 0; draw < DRAWS / 5; draw++) {
      Audited all = new Audited(0, 0);
      boolean alarm = false;
      for (int run = 0; run < 20 && !alarm; run++) {
        Audited latest = run(random, run < changes ? alpha : real, 60);
        all =
            new Audited(
                all.documents() + latest.documents(), all.disagreements() + latest.disagreements());
        alarm = evidence.logOf(all, latest, run) >= -Math.log(DELTA);
      }
      alarms += alarm ? 1 : 0;
    }
    return 5.0 * alarms / DRAWS;
  }

  private static Audited run(Random random, double disagreement, int documents) {
    int others = 0;
    for (int i = 0; i < documents; i++) {
      others += random.nextDouble() < disagreement ? 1 : 0;
    }
    return new Audited(documents, others);
  }
}
