package io.github.ptcspark.job.train;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.inference.TrainingPrecision;
import org.junit.Test;

public class TrainingOptionsTest {

  @Test
  public void allThatIsWrongIsSaidAtOnce() {
    assertThatThrownBy(
            () -> new TrainingOptions(0, -1, 2, -1, 0, 1, 0, 0, 2, 1, 0, TrainingPrecision.FP32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid training options: epochs: 0 (at least 1); learning rate: -1.0 (above 0);"
                + " warm-up: 2.0 (0 to 1); weight decay: -1.0 (at least 0); largest norm: 0.0"
                + " (above 0); dropout: 1.0 (0 to below 1); batch tokens: 0 (at least 1); batch"
                + " documents: 0 (at least 1); tokens a document: 2 (at least 3); threads: 0 (at"
                + " least 1)");
  }
}
