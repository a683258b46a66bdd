package io.github.ptcspark.job.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.Test;

public class SizingTest {

  @Test
  public void coresAreRoundedUp() {
    Sizing sizing = new Sizing(1_000_000, 8);
    // 1,000,000 / (8 * 3600 * 10) = 3.47
    assertThat(sizing.cores(10)).isEqualTo(4);
    assertThat(sizing.coreHours(10)).isCloseTo(27.78, within(0.01));
    assertThat(sizing.cores(1e6)).isEqualTo(1);
    assertThat(new Sizing(36_000, 1).cores(10)).isEqualTo(1);
    assertThat(new Sizing(36_001, 1).cores(10)).isEqualTo(2);
    assertThat(new Sizing(10_000_000_000L, 0.5).cores(50)).isEqualTo(111_112);
  }

  @Test
  public void refusesWhatIsNoCorpus() {
    assertThatThrownBy(() -> new Sizing(0, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid corpus: 0 documents in 8.0 hours (at least 1 document, more than 0 hours)");
    assertThatThrownBy(() -> new Sizing(5, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Sizing(5, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Sizing(5, Double.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
