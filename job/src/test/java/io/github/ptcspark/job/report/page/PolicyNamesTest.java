package io.github.ptcspark.job.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.Test;

public class PolicyNamesTest {

  @Test
  public void optionsThatAllOfAMethodShareAreLeftOut() {
    assertThat(
            PolicyNames.of(
                List.of(
                    "none",
                    "ratio(keep-ratio=0.7, fuzzy=off, layers=2..)",
                    "ratio(keep-ratio=0.9, fuzzy=off, layers=2..)",
                    "ratio(keep-ratio=0.9, fuzzy=off, layers=2..6)",
                    "first(keep-ratio=0.9, layer=2)")))
        .containsExactly(
            "unpruned",
            "ratio(keep-ratio=0.7, layers=2..)",
            "ratio(keep-ratio=0.9, layers=2..)",
            "ratio(keep-ratio=0.9, layers=2..6)",
            "first");
  }

  @Test
  public void whatTheUnprunedModelDoesTooIsLeftOut() {
    assertThat(
            PolicyNames.of(
                List.of(
                    "combining(combining-layer=4, combination-tokens=8)",
                    "ptc(keep-ratio=0.7, combining-layer=4, combination-tokens=8)",
                    "ptc(keep-ratio=0.9, combining-layer=4, combination-tokens=8)",
                    "catp(keep-ratio=0.9) + combining(combining-layer=4, combination-tokens=8)")))
        .containsExactly("unpruned", "ptc(keep-ratio=0.7)", "ptc(keep-ratio=0.9)", "catp");
  }
}
