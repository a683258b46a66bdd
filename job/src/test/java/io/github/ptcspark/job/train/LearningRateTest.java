package io.github.ptcspark.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.Test;

public class LearningRateTest {

  @Test
  public void theRateGrowsThenFallsToZero() {
    LearningRate rate = new LearningRate(1, 4, 20);
    assertThat(rate.at(0)).isCloseTo(0.25, within(1e-12));
    assertThat(rate.at(3)).isCloseTo(1, within(1e-12));
    assertThat(rate.at(4)).isCloseTo(1, within(1e-12));
    assertThat(rate.at(12)).isCloseTo(0.5, within(1e-12));
    assertThat(rate.at(19)).isCloseTo(1.0 / 16, within(1e-12));
    assertThat(rate.at(20)).isZero();
  }

  @Test
  public void thereMayBeNothingButWarmUpOrNoWarmUp() {
    assertThat(new LearningRate(2, 0, 2).at(0)).isEqualTo(2);
    assertThat(new LearningRate(2, 2, 2).at(1)).isEqualTo(2);
  }
}
