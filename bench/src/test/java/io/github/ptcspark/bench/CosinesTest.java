package io.github.ptcspark.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.Test;

public class CosinesTest {

  @Test
  public void medianAndMinimum() {
    float[] east = {2, 0};
    Cosines cosines =
        Cosines.of(
            List.of(new float[] {5, 0}, new float[] {3, 4}, new float[] {0, 1}),
            List.of(east, east, east));
    assertThat(cosines.median()).isCloseTo(0.6, within(1e-9));
    assertThat(cosines.minimum()).isCloseTo(0, within(1e-9));
  }
}
