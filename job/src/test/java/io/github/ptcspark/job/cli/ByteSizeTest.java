package io.github.ptcspark.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.Test;
import picocli.CommandLine.TypeConversionException;

public class ByteSizeTest {

  @Test
  public void sizesHaveUnits() {
    ByteSize size = new ByteSize();
    assertThat(size.convert("500000")).isEqualTo(500_000);
    assertThat(size.convert("64k")).isEqualTo(65_536);
    assertThat(size.convert("64MB")).isEqualTo(67_108_864);
    assertThat(size.convert("1g")).isEqualTo(1L << 30);
    for (String wrong : new String[] {"", "m", "1.5g", "-1", "1t", "64 m"}) {
      assertThatThrownBy(() -> size.convert(wrong))
          .isInstanceOf(TypeConversionException.class)
          .hasMessage("'%s' is no size, such as 64m or 1g".formatted(wrong));
    }
  }
}
