package io.github.ptcspark.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import io.github.ptcspark.testing.Policies;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.TestModel;
import java.util.List;
import java.util.Optional;
import org.junit.Test;

public class SettingsChangesTest {

  private static final Bundle COMBINING = TestModel.bundle(1);
  private static final Bundle DENSE =
      RandomBundles.bundle(
          1, new EncoderShape(3, 16, 4, 32), List.of("a", "b"), Pooling.MEAN, RandomBundles.PLAIN);

  @Test
  public void whatIsNotChangedStays() {
    assertThat(SettingsChanges.NONE.applyTo(COMBINING)).isEqualTo(COMBINING.settings());

    ModelSettings changed = policy("ptc(keep-ratio=0.5, layers=3..)").applyTo(COMBINING);
    assertThat(changed.policy())
        .isEqualTo(Policies.ptc(0.5, Fuzzy.OFF, Scope.TOKENS, 3, 1, 2, 4, 8));
    assertThat(changed.precision()).isEqualTo(COMBINING.settings().precision());
    assertThat(SettingsChanges.NONE.with(Precision.FP32).applyTo(COMBINING))
        .isEqualTo(COMBINING.settings().with(Precision.FP32));
  }

  @Test
  public void whatNeedsNoTrainingIsAdded() {
    assertThat(policy("ptc").applyTo(DENSE).policy())
        .isEqualTo(Policies.ratio(0.9, Fuzzy.FUZZY, Scope.TOKENS, 2, 8));
    assertThat(policy("none").applyTo(DENSE).policy()).isEqualTo(PruningPolicy.NONE);
    assertThat(policy("combining").applyTo(COMBINING).policy().toString())
        .isEqualTo("combining(combining-layer=2, combination-tokens=4)");
    assertThat(policy("ratio + combining").applyTo(COMBINING)).isEqualTo(COMBINING.settings());
  }

  @Test
  public void whatTheEncoderDoesNotNeedCanBeLeftOut() {
    Bundle scored =
        RandomBundles.bundle(
            1,
            DENSE.config().shape(),
            DENSE.labels(),
            Pooling.MEAN,
            new ModelSettings(
                PolicyText.complete("saliency(threshold=0.7)"),
                Precision.FP32,
                LongDocuments.TRUNCATE));
    assertThat(policy("none").applyTo(scored).policy()).isEqualTo(PruningPolicy.NONE);
    assertThat(policy("ratio(keep-ratio=0.5)").applyTo(scored).policy().toString())
        .startsWith("ratio(keep-ratio=0.5,");
    assertThat(policy("saliency(layers=3..)").applyTo(scored).policy().toString())
        .startsWith("saliency(threshold=0.7, scope=tokens, layers=3..,");
    assertRefused(
        scored,
        "linear(layer=2, tokens=3)",
        "Cannot use policy \"linear(layer=2, tokens=3)\": it needs training; the model was trained"
            + " with "
            + scored.settings().policy());
  }

  @Test
  public void whatIsTrainedCannotBeLeftOutOrChanged() {
    String needed =
        "the model was trained to combine tokens at layer 2 and has no such encoder layer; ";
    assertRefused(
        COMBINING,
        "none",
        "Cannot use policy \"none\": " + needed + "policy \"combining\" prunes nothing");
    assertRefused(
        COMBINING, "ratio", "Cannot use policy \"ratio\": " + needed + "add \"+ combining\"");
    assertRefused(
        COMBINING,
        "ptc(combining-layer=3)",
        "Cannot use policy \"ptc(combining-layer=3)\": it needs training; the model was trained"
            + " with combining(combining-layer=2, combination-tokens=4)");
    assertRefused(
        DENSE,
        "ptc(combining-layer=3, combination-tokens=4)",
        "Cannot use policy \"ptc(combining-layer=3, combination-tokens=4)\": it needs training;"
            + " the model was trained with no such step");
    assertRefused(
        DENSE,
        "saliency",
        "Cannot use policy \"saliency\": it needs training; the model was trained with no such step");
    assertRefused(
        DENSE,
        "combining",
        "Cannot use policy \"combining\": invalid combining: layer none with none tokens; a model must"
            + " be trained with both");
  }

  @Test
  public void whatDoesNotFitIsRefused() {
    assertRefused(
        COMBINING,
        "ptc(layers=9..)",
        "Cannot use policy \"ptc(layers=9..)\": invalid layers: 9.. (the model has 3 layers)");
    assertRefused(
        DENSE,
        "prumerge(layer=3)",
        "Cannot use policy \"prumerge(layer=3)\": invalid layer: 3 (the model has 3 layers, and none"
            + " would read fewer tokens)");
  }

  private static void assertRefused(Bundle bundle, String text, String message) {
    assertThatThrownBy(() -> policy(text).applyTo(bundle))
        .isInstanceOf(BundleException.class)
        .hasMessage(message);
  }

  private static SettingsChanges policy(String text) {
    return new SettingsChanges(
        Optional.of(PolicyText.parse(text)), Optional.empty(), Optional.empty());
  }
}
