package io.github.ptcspark.job.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.Test;

public class MediansTest {

  @Test
  public void middleValueOrMeanOfTheTwo() {
    assertThat(Medians.of(7)).isEqualTo(7);
    assertThat(Medians.of(9, 1, 5)).isEqualTo(5);
    assertThat(Medians.of(4, 1, 3, 100)).isEqualTo(3.5);
  }

  @Test
  public void leavesItsInputAlone() {
    double[] values = {3, 1, 2};
    Medians.of(values);
    assertThat(values).containsExactly(3, 1, 2);
  }

  @Test
  public void refusesNothing() {
    assertThatThrownBy(Medians::of)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot take a median: there are no values");
  }
}
