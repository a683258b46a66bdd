package io.github.ptcspark.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.pruning.PtcPolicy;
import io.github.ptcspark.testing.TestModel;
import java.util.Optional;
import org.junit.Test;

public class SettingsChangesTest {

  private static final Bundle BUNDLE = TestModel.bundle(1);

  @Test
  public void whatIsNotChangedStays() {
    assertThat(SettingsChanges.NONE.applyTo(BUNDLE)).isEqualTo(BUNDLE.settings());

    ModelSettings changed = changes(Optional.empty(), Optional.of(0.5), 3).applyTo(BUNDLE);
    assertThat(changed.policy())
        .isEqualTo(new PtcPolicy(0.5, PtcPolicy.Fuzzy.OFF, PtcPolicy.Scope.TOKENS, 3, 1, 2, 4, 8));
    assertThat(changed.precision()).isEqualTo(BUNDLE.settings().precision());
  }

  @Test
  public void whatIsTrainedCannotBeChanged() {
    SettingsChanges none = changes(Optional.of("none"), Optional.empty(), 2);

    assertThatThrownBy(() -> none.applyTo(BUNDLE))
        .isInstanceOf(BundleException.class)
        .hasMessage(
            "Cannot run this model with policy none: it was trained to combine tokens at layer 2");
  }

  @Test
  public void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> changes(Optional.empty(), Optional.of(1.5), 2).applyTo(BUNDLE))
        .isInstanceOf(BundleException.class)
        .hasMessage("Cannot use this policy: Invalid keep ratio: 1.5 (above 0, at most 1)");
    assertThatThrownBy(() -> changes(Optional.empty(), Optional.empty(), 9).applyTo(BUNDLE))
        .isInstanceOf(BundleException.class)
        .hasMessage(
            "Cannot use this policy: Invalid first pruned layer: 9 (the model has 3 layers)");
  }

  private static SettingsChanges changes(
      Optional<String> method, Optional<Double> keepRatio, int firstPrunedLayer) {
    return new SettingsChanges(
        method,
        keepRatio,
        Optional.empty(),
        Optional.empty(),
        Optional.of(firstPrunedLayer),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
