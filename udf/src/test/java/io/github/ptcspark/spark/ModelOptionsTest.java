package io.github.ptcspark.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.pruning.PtcPolicy;
import java.util.Map;
import java.util.Optional;
import org.junit.Test;

public class ModelOptionsTest {

  @Test
  public void aModelAloneRunsAsItIs() {
    assertThat(ModelOptions.parse(Map.of("model", "my.bundle")))
        .isEqualTo(new ModelOptions("my.bundle", SettingsChanges.NONE));
  }

  @Test
  public void everyKeyIsRead() {
    Map<String, String> options =
        Map.of(
            "model", "my.bundle",
            "policy", "ptc",
            "keep-ratio", "0.7",
            "fuzzy", "fuzzy-quota",
            "scope", "keys-values",
            "first-pruned-layer", "3",
            "every", "2",
            "precision", "FP32",
            "long-documents", " head-tail ");

    assertThat(ModelOptions.parse(options).changes())
        .isEqualTo(
            new SettingsChanges(
                Optional.of("ptc"),
                Optional.of(0.7),
                Optional.of(PtcPolicy.Fuzzy.FUZZY_QUOTA),
                Optional.of(PtcPolicy.Scope.KEYS_VALUES),
                Optional.of(3),
                Optional.of(2),
                Optional.of(Precision.FP32),
                Optional.of(LongDocuments.HEAD_TAIL)));
  }

  @Test
  public void allProblemsAreToldAtOnce() {
    assertThatThrownBy(
            () ->
                ModelOptions.parse(
                    Map.of("keep_ratio", "0.9", "precision", "fp64", "keep-ratio", "most")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "model is not set;"
                + " keep_ratio is unknown (the keys are model, policy, keep-ratio, fuzzy, scope,"
                + " first-pruned-layer, every, precision, long-documents);"
                + " keep-ratio is \"most\", not a number;"
                + " precision is \"fp64\", not one of auto, fp32, int8, bf16, int8-by-token,"
                + " int8-by-document");
  }
}
