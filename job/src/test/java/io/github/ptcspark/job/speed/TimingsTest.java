package io.github.ptcspark.job.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.Test;

public class TimingsTest {

  private static final long MILLI = 1_000_000;

  @Test
  public void medianOfRoundsThenMeanOfDocuments() {
    Timings timings = timings(new long[][] {{10, 30, 11}, {20, 21, 22}});
    assertThat(timings.millis(Clock.WALL)).isEqualTo((11 + 21) / 2.0);
    assertThat(timings.millis(Clock.CPU)).isEqualTo((11 + 21) / 4.0);
    assertThat(timings.millis(Clock.WALL, document -> document == 1)).isEqualTo(21);
    assertThat(timings.millis(Clock.WALL, document -> false)).isNaN();
  }

  @Test
  public void speedAgainstAnother() {
    Timings slow = timings(new long[][] {{10, 10, 10}, {90, 90, 90}});
    Timings fast = timings(new long[][] {{10, 5, 5}, {30, 30, 45}});
    assertThat(fast.timesAsFastAs(slow, Clock.WALL)).isCloseTo(100.0 / 35, within(1e-9));
    // Pairs: 1, 2, 2, 3, 3, 2.
    assertThat(fast.pairedTimesAsFastAs(slow, Clock.WALL)).isEqualTo(2);
    assertThat(slow.pairedTimesAsFastAs(fast, Clock.WALL)).isEqualTo(0.5);
  }

  @Test
  public void busyShareOfTheTime() {
    assertThat(timings(new long[][] {{8, 8, 8}}).busy()).isEqualTo(0.5);
  }

  /** Half of the time is processor time. */
  private static Timings timings(long[][] wall) {
    Timings timings = new Timings("test", wall.length, wall[0].length);
    for (int document = 0; document < wall.length; document++) {
      for (int round = 0; round < wall[document].length; round++) {
        long nanos = MILLI * wall[document][round];
        timings.set(document, round, nanos, nanos / 2);
      }
    }
    return timings;
  }
}
