package io.github.ptcspark.job.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.Test;

public class ExactBoundsTest {

  /** At a bound the tail of the binomial distribution has the probability that is asked for. */
  @Test
  public void tailsHaveTheProbabilityThatIsAskedFor() {
    for (int sample : new int[] {1, 7, 200}) {
      for (int many = 0; many <= sample; many += Math.max(1, sample / 10)) {
        for (double risk : new double[] {0.001, 0.05, 0.5}) {
          double lower = ExactBounds.lower(many, sample, risk);
          double upper = ExactBounds.upper(many, sample, risk);
          assertThat(lower).isLessThanOrEqualTo(upper + (risk == 0.5 ? 1 : 0));
          if (many == 0) {
            assertThat(lower).isZero();
          } else {
            assertThat(tail(many, sample, sample, lower)).isCloseTo(risk, within(1e-6));
          }
          if (many == sample) {
            assertThat(upper).isEqualTo(1);
          } else {
            assertThat(tail(0, many, sample, upper)).isCloseTo(risk, within(1e-6));
          }
        }
      }
    }
  }

  /** P(from <= Binomial(n, p) <= to), term by term. */
  private static double tail(int from, int to, int n, double p) {
    double sum = 0;
    double logOfChoices = 0;
    for (int i = 0; i <= to; i++) {
      if (i >= from) {
        sum += Math.exp(logOfChoices + i * Math.log(p) + (n - i) * Math.log(1 - p));
      }
      logOfChoices += Math.log((double) (n - i) / (i + 1));
    }
    return sum;
  }
}
