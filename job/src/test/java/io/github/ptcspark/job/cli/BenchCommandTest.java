package io.github.ptcspark.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.Test;

public class BenchCommandTest {

  @Test
  public void wrongUseEndsWithTwo() {
    assertThat(bench("--hours", "8")).isEqualTo(2);
    assertThat(bench("--corpus-documents", "8")).isEqualTo(2);
    assertThat(bench("--corpus-documents", "8", "--hours", "0")).isEqualTo(2);
    assertThat(bench("--documents", "0")).isEqualTo(2);
    assertThat(bench("--rounds", "0")).isEqualTo(2);
    assertThat(bench("--clock", "sun")).isEqualTo(2);
  }

  @Test
  public void aMissingModelEndsWithOne() {
    assertThat(bench()).isEqualTo(1);
  }

  private static int bench(String... arguments) {
    List<String> all = new ArrayList<>(List.of("bench", "--model", "absent", "--input", "absent"));
    all.addAll(List.of(arguments));
    return PtcCommand.execute(all.toArray(String[]::new));
  }
}
