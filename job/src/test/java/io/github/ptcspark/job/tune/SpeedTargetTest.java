package io.github.ptcspark.job.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.Test;

public class SpeedTargetTest {

  /** At the bound so few disagreements, or fewer, have the probability that is left. */
  @Test
  public void boundsAreWhereTheTestWouldEnd() {
    for (double confidence : new double[] {0.5, 0.95, 0.999}) {
      SpeedTarget target = new SpeedTarget(2, confidence);
      for (int documents : new int[] {1, 60, 2000}) {
        for (int others : new int[] {0, 3, 59, documents - 1}) {
          if (others < documents) {
            double bound = target.lowerBound(others, documents);
            assertThat(new AgreementTarget(bound, 0.5).pValue(others, documents))
                .as("%s, %s of %s", confidence, others, documents)
                .isCloseTo(1 - confidence, within(1e-6));
          }
        }
        assertThat(target.lowerBound(documents, documents)).isZero();
      }
    }
    // Without disagreements it is (1 - confidence) to the power of 1 / documents.
    assertThat(new SpeedTarget(2, 0.95).lowerBound(0, 299))
        .isCloseTo(Math.pow(0.05, 1 / 299.0), within(1e-9));
  }

  @Test
  public void whatCannotBeIsRefused() {
    for (double speedUp : new double[] {1, 0, -2, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new SpeedTarget(speedUp, 0.95))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Invalid value for --min-speedup: %s (above 1, such as 2.5)".formatted(speedUp));
    }
    assertThatThrownBy(() -> new SpeedTarget(2, 1))
        .hasMessageStartingWith("Invalid value for --confidence: ");
  }
}
