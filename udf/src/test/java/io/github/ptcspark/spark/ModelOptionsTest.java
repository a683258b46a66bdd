package io.github.ptcspark.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.pruning.methods.Methods;
import io.github.ptcspark.pruning.methods.PolicyText;
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
    String policy = "ptc(keep-ratio=0.7, fuzzy=fuzzy-quota)";
    Map<String, String> options =
        Map.of(
            "model", "my.bundle",
            "policy", policy,
            "precision", "FP32",
            "long-documents", " head-tail ");

    assertThat(ModelOptions.parse(options).changes())
        .usingRecursiveComparison()
        .isEqualTo(
            new SettingsChanges(
                Optional.of(PolicyText.parse(policy)),
                Optional.of(Precision.FP32),
                Optional.of(LongDocuments.HEAD_TAIL)));
  }

  @Test
  public void allProblemsAreToldAtOnce() {
    assertThatThrownBy(
            () ->
                ModelOptions.parse(
                    Map.of("keep-ratio", "0.9", "precision", "fp64", "policy", "magic")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "model is not set;"
                + " keep-ratio is unknown (the keys are model, policy, precision, long-documents);"
                + " policy: Cannot use policy \"magic\": there is no method magic (the methods are"
                + " "
                + String.join(", ", Methods.names())
                + ");"
                + " precision is \"fp64\", not one of auto, fp32, int8, bf16, int8-by-token,"
                + " int8-by-document");
  }
}
