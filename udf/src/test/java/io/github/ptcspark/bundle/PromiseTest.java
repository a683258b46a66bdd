package io.github.ptcspark.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.testing.TestModel;
import java.util.Map;
import java.util.Optional;
import org.junit.Test;

public class PromiseTest {

  private final BundleFiles plain = BundleFiles.of(TestModel.bundle(4));
  private final ModelSettings tested = plain.parse().settings().with(Precision.INT8_BY_DOCUMENT);
  private final BundleFiles promising =
      promising(tested, plain.with(tested, plain.parse().provenance()).digest());

  private BundleFiles promising(ModelSettings settings, String model) {
    Promise promise =
        new Promise(
            new Claim.Agreement(0.99), 0.95, 1500, 6, "sample", "2026-01-31", "1.2", model, false);
    return plain.with(settings, plain.parse().provenance().with(Optional.of(promise)));
  }

  @Test
  public void holdsForTheModelAndTheSettingsThatWereTested() {
    assertThat(lack(promising, tested)).isEmpty();
    BundleFiles copy = BundleFiles.of("copy", Map.copyOf(promising.contents()));
    assertThat(lack(copy, copy.parse().settings())).isEmpty();
  }

  @Test
  public void saysWhatElseARunDoes() {
    assertThat(lack(promising, tested.with(Precision.INT8_BY_TOKEN)))
        .contains("it was tested in int8-by-document");
    PruningPolicy trained = tested.policy().trained();
    assertThat(
            lack(promising, new ModelSettings(trained, tested.precision(), tested.longDocuments())))
        .contains("it was tested under policy " + tested.policy());
    LongDocuments other =
        tested.longDocuments() == LongDocuments.WINDOWS
            ? LongDocuments.TRUNCATE
            : LongDocuments.WINDOWS;
    assertThat(lack(promising, new ModelSettings(tested.policy(), tested.precision(), other)))
        .contains("it was tested with long documents: " + tested.longDocuments());
  }

  /** Somebody changed the bundle, its settings included, and left the promise in it. */
  @Test
  public void ofAnotherModelSaysNothing() {
    ModelSettings edited =
        new ModelSettings(tested.policy().trained(), tested.precision(), tested.longDocuments());
    BundleFiles other =
        promising(edited, promising.parse().provenance().promise().orElseThrow().model());
    assertThat(lack(other, edited)).contains("the model is not the one that was tested");
  }

  @Test
  public void isWrittenAsPeopleWriteIt() {
    assertThat(
            new Promise(new Claim.Agreement(0.29), 0.999, 2, 0, "", "2026-01-31", "1.2", "", false))
        .hasToString(
            "at least 29 % of documents like the sample's get the unpruned model's label"
                + " (confidence 99.9 %; 2 of 2 tested documents did, 2026-01-31, ptc 1.2)");
  }

  @Test
  public void whatCannotBeIsRefused() {
    for (double share : new double[] {0, 1, -1, 99, Double.NaN}) {
      assertThatThrownBy(
              () -> new Promise(new Claim.Agreement(share), 0.95, 10, 0, "", "", "", "", false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("agreement: %s is not between 0 and 1".formatted(share));
      assertThatThrownBy(
              () -> new Promise(new Claim.Agreement(0.9), share, 10, 0, "", "", "", "", false))
          .hasMessage("confidence: %s is not between 0 and 1".formatted(share));
    }
    assertThatThrownBy(
            () -> new Promise(new Claim.Agreement(0.9), 0.95, 10, 10, "", "", "", "", false))
        .hasMessage("disagreements: 10 of 10 documents cannot be");
    assertThatThrownBy(
            () -> new Promise(new Claim.Agreement(0.9), 0.95, 10, -1, "", "", "", "", false))
        .hasMessage("disagreements: -1 of 10 documents cannot be");
  }

  private static Optional<String> lack(BundleFiles files, ModelSettings run) {
    return files.parse().provenance().promise().orElseThrow().lack(files, run);
  }
}
