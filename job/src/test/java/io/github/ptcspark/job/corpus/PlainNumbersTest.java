package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.Test;

/** Numbers read back as what they are, without an exponent. */
public class PlainNumbersTest {

  @Test
  public void examples() {
    assertThat(PlainNumbers.of(12345678.0)).isEqualTo("12345678.0");
    assertThat(PlainNumbers.of(3.0)).isEqualTo("3.0");
    assertThat(PlainNumbers.of(-0.0)).isEqualTo("-0.0");
    assertThat(PlainNumbers.of(1e22)).isEqualTo("10000000000000000000000.0");
    assertThat(PlainNumbers.of(1.5e-7)).isEqualTo("0.00000015");
    assertThat(PlainNumbers.of(Double.NaN)).isEqualTo("NaN");
    assertThat(PlainNumbers.of(Float.NEGATIVE_INFINITY)).isEqualTo("-Infinity");
    assertThat(PlainNumbers.of(1e10f)).isEqualTo("10000000000.0");
  }

  @Test
  public void anyNumberReadsBack() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      double number = Double.longBitsToDouble(random.nextLong());
      float small = Float.intBitsToFloat(random.nextInt());
      assertThat(Double.parseDouble(PlainNumbers.of(number)))
          .as("seed %s", seed)
          .isEqualTo(Double.valueOf(number));
      assertThat(Float.parseFloat(PlainNumbers.of(small)))
          .as("seed %s", seed)
          .isEqualTo(Float.valueOf(small));
      assertThat(PlainNumbers.of(number)).as("seed %s", seed).doesNotContain("E");
    }
  }
}
