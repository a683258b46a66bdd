package io.github.ptcspark.pruning.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.LayerRange;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import io.github.ptcspark.testing.Policies;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.Test;

public class PolicyTextTest {

  private static final EncoderShape SIX_LAYERS = new EncoderShape(6, 32, 4, 64);
  private static final PruningPolicy COMBINING =
      Policies.ptc(0.8, Fuzzy.OFF, Scope.KEYS_VALUES, 3, 2, 5, 16, 4);
  private static final PruningPolicy RATIO =
      Policies.ratio(0.7, Fuzzy.FUZZY_QUOTA, Scope.KEYS_VALUES, 3, 4);

  @Test
  public void namesEveryOption() {
    assertThat(PruningPolicy.NONE).hasToString("none");
    assertThat(RATIO)
        .hasToString(
            "ratio(keep-ratio=0.7, fuzzy=fuzzy-quota, scope=keys-values, layers=3.., every=1,"
                + " minimum-tokens=4)");
    assertThat(COMBINING)
        .hasToString(
            "ptc(keep-ratio=0.8, fuzzy=off, scope=keys-values, layers=3.., every=2,"
                + " minimum-tokens=4, combining-layer=5, combination-tokens=16)");
    assertThat(PruningPolicy.of(new Combining(3, 8)))
        .hasToString("combining(combining-layer=3, combination-tokens=8)");
  }

  @Test
  public void orderAndSpaceAreFree() {
    assertThat(PolicyText.complete(" ratio ( scope = tokens,keep-ratio=1 , layers=2..4 ) "))
        .isEqualTo(
            PruningPolicy.of(new Ratio(1, Fuzzy.FUZZY, Scope.TOKENS, new LayerRange(2, 4), 1, 8)));
    assertThat(PolicyText.complete("ratio()")).isEqualTo(PolicyText.complete("ratio"));
    assertThat(PolicyText.complete("ratio(layers=4)").toString()).contains("layers=4,");
    assertThat(PolicyText.complete(" none ")).isEqualTo(PruningPolicy.NONE);
    assertThat(PolicyText.parse("ratio(every=2)")).hasToString("ratio(every=2)");
  }

  @Test
  public void ratioAndCombiningArePtc() {
    String combining = "combining(combining-layer=3, combination-tokens=4)";
    PruningPolicy ptc = Policies.ptc(0.6, Fuzzy.OFF, Scope.TOKENS, 2, 1, 3, 4, 8);

    assertThat(PolicyText.complete("ratio(keep-ratio=0.6, fuzzy=off) + " + combining))
        .isEqualTo(ptc)
        .isEqualTo(
            PolicyText.complete(
                "ptc(keep-ratio=0.6, fuzzy=off, combining-layer=3, combination-tokens=4)"));
    assertThat(
            PolicyText.complete(
                "ptc(keep-ratio=0.6, fuzzy=off, combining-layer=none, combination-tokens=none) +"
                    + combining))
        .isEqualTo(ptc);
  }

  @Test
  public void trainingTakesStandardValues() {
    assertThat(PolicyText.parse("ptc").toTrain(SIX_LAYERS))
        .isEqualTo(Policies.ptc(0.9, Fuzzy.FUZZY, Scope.TOKENS, 2, 1, 4, 8, 8));
    assertThat(PolicyText.parse("ptc(keep-ratio=0.5)").toTrain(new EncoderShape(12, 32, 4, 64)))
        .isEqualTo(Policies.ptc(0.5, Fuzzy.FUZZY, Scope.TOKENS, 2, 1, 7, 8, 8));
    assertThat(PolicyText.parse("ratio").toTrain(SIX_LAYERS))
        .isEqualTo(Policies.ratio(0.9, Fuzzy.FUZZY, Scope.TOKENS, 2, 8));
    assertThat(PolicyText.parse("combining").toTrain(SIX_LAYERS))
        .isEqualTo(PruningPolicy.of(new Combining(4, 8)));
    assertThat(
            PolicyText.parse("ptc(combining-layer=none, combination-tokens=none)")
                .toTrain(SIX_LAYERS))
        .isEqualTo(Policies.ratio(0.9, Fuzzy.FUZZY, Scope.TOKENS, 2, 8));
    assertThat(PolicyText.parse("none").toTrain(SIX_LAYERS)).isEqualTo(PruningPolicy.NONE);
  }

  @Test
  public void runsKeepTheModelsOwnValues() {
    assertThat(PolicyText.parse("ptc").toRun(COMBINING, SIX_LAYERS)).isEqualTo(COMBINING);
    assertThat(PolicyText.parse("ptc(keep-ratio=0.5)").toRun(COMBINING, SIX_LAYERS))
        .isEqualTo(Policies.ptc(0.5, Fuzzy.OFF, Scope.KEYS_VALUES, 3, 2, 5, 16, 4));
    assertThat(PolicyText.parse("ratio + combining").toRun(COMBINING, SIX_LAYERS))
        .isEqualTo(COMBINING);
    assertThat(PolicyText.parse("combining").toRun(COMBINING, SIX_LAYERS))
        .isEqualTo(PruningPolicy.of(new Combining(5, 16)));
    assertThat(PolicyText.parse("ratio(scope=tokens)").toRun(RATIO, SIX_LAYERS))
        .isEqualTo(Policies.ratio(0.7, Fuzzy.FUZZY_QUOTA, Scope.TOKENS, 3, 4));
    assertThat(PolicyText.parse("none").toRun(COMBINING, SIX_LAYERS)).isEqualTo(PruningPolicy.NONE);
  }

  @Test
  public void onADenseModelPtcIsRatioAndThereIsNothingToCombine() {
    PruningPolicy standard = Policies.ratio(0.9, Fuzzy.FUZZY, Scope.TOKENS, 2, 8);

    assertThat(PolicyText.parse("ptc").toRun(PruningPolicy.NONE, SIX_LAYERS)).isEqualTo(standard);
    assertThat(PolicyText.parse("ptc").toRun(RATIO, SIX_LAYERS)).isEqualTo(RATIO);
    assertRefused(
        () -> PolicyText.parse("combining").toRun(PruningPolicy.NONE, SIX_LAYERS),
        "combining",
        "invalid combining: layer none with none tokens; a model must be trained with both");
    assertIncomplete(
        "ratio + local-merge",
        "invalid policy: ratio and local-merge both prune (only one can, before words are"
            + " combined)");
    assertIncomplete(
        "zero-tprune(most-variance=0.005)",
        "invalid most-variance: 0.005 (least-variance is 0.01)");
    assertIncomplete(
        "prumerge(layer=3) + combining(combining-layer=3, combination-tokens=4)",
        "invalid layer: 3 (there are no words to merge from layer 3 on, which combines them)");
  }

  @Test
  public void whatHasNoValueForAllModelsMustBeNamed() {
    assertRefused(() -> PolicyText.complete("ptc"), "ptc", "combining-layer is not named");
    assertRefused(
        () -> PolicyText.complete("combining(combining-layer=3)"),
        "combining(combining-layer=3)",
        "combination-tokens is not named");
  }

  @Test
  public void whatIsNoPolicyIsRefused() {
    assertUnreadable(
        "", "nothing is not a method with options, as in ptc(keep-ratio=0.8, scope=tokens)");
    assertUnreadable(
        "ratio +", "nothing is not a method with options, as in ptc(keep-ratio=0.8, scope=tokens)");
    for (String term : new String[] {"ratio(", "ratio)", "ratio(a=1)(b=2)", "ratio ptc", "(a=1)"}) {
      assertUnreadable(
          term,
          "\"%s\" is not a method with options, as in ptc(keep-ratio=0.8, scope=tokens)"
              .formatted(term));
    }
    assertUnreadable(
        "magic",
        "there is no method magic (the methods are %s)"
            .formatted(String.join(", ", Methods.names())));
    assertUnreadable("none()", "none has no options");
    assertUnreadable("none + ratio", "none stands alone");
    assertUnreadable("ratio + none", "none stands alone");
  }

  @Test
  public void anExponentMayHaveASign() {
    assertThat(PolicyText.complete("zero-tprune(most-variance=1e+2)").toString())
        .contains("most-variance=100,");
  }

  @Test
  public void whatIsNoOptionIsRefused() {
    String form = " is not an option with its value, as in KEY=VALUE";
    assertUnreadable("ratio(every)", "\"every\"" + form);
    assertUnreadable("ratio(=2)", "\"=2\"" + form);
    assertUnreadable("ratio(every=2,)", "\"\"" + form);
    assertUnreadable(
        "ratio(tokens=2)",
        "ratio has no option tokens (its options are keep-ratio, fuzzy, scope, layers, every,"
            + " minimum-tokens)");
    assertUnreadable("ratio(every=2, every=2)", "every is there twice");
  }

  @Test
  public void whatIsNoValueIsRefused() {
    for (String value : new String[] {"0", "1.5", "-1", "NaN", "Infinity", "much", ""}) {
      assertUnreadable(
          "ratio(keep-ratio=%s)".formatted(value),
          "invalid keep-ratio: %s (above 0, at most 1)".formatted(value));
    }
    for (String value : new String[] {"0", "1.5", "99999999999", "two", ""}) {
      assertUnreadable(
          "ratio(every=%s)".formatted(value), "invalid every: %s (at least 1)".formatted(value));
    }
    assertUnreadable("ratio(minimum-tokens=1)", "invalid minimum-tokens: 1 (at least 2)");
    assertUnreadable("ratio(fuzzy=vague)", "invalid fuzzy: vague (off, fuzzy, fuzzy-quota)");
    assertUnreadable("ratio(scope=all)", "invalid scope: all (keys-values, tokens)");
    for (String value : new String[] {"1", "1..", "4..3", "..3", "0", "x", "2...4", "9999999"}) {
      assertUnreadable(
          "ratio(layers=%s)".formatted(value),
          "invalid layers: %s (such as 2..6, 2.. or 4; 2 or later)".formatted(value));
    }
    for (String value : new String[] {"0", "1", "-2", "some"}) {
      assertUnreadable(
          "ptc(combining-layer=%s)".formatted(value),
          "invalid combining-layer: %s (at least 2, or none)".formatted(value));
    }
    for (String value : new String[] {"0", "513"}) {
      assertUnreadable(
          "ptc(combination-tokens=%s)".formatted(value),
          "invalid combination-tokens: %s (1 to 512, or none)".formatted(value));
    }
  }

  @Test
  public void whatDoesNotGoTogetherIsRefused() {
    assertIncomplete("ratio + ratio", "invalid policy: ratio is there twice");
    assertIncomplete(
        "combining(combining-layer=3, combination-tokens=4) + ratio",
        "invalid policy: ratio cannot follow combining, which leaves no words");
    assertIncomplete(
        "escalation + ratio",
        "invalid policy: ratio cannot follow escalation, which is about what all steps lead to");
    assertIncomplete(
        "ptc(combining-layer=3, combination-tokens=none)",
        "invalid combining: layer 3 with none tokens; a model must be trained with both");
    assertIncomplete(
        "combining(combining-layer=none, combination-tokens=none)",
        "invalid combining: layer none with none tokens; a model must be trained with both");
    assertIncomplete(
        "ratio + local-merge",
        "invalid policy: ratio and local-merge both prune (only one can, before words are"
            + " combined)");
    assertIncomplete(
        "zero-tprune(most-variance=0.005)",
        "invalid most-variance: 0.005 (least-variance is 0.01)");
    assertIncomplete(
        "prumerge(layer=3) + combining(combining-layer=3, combination-tokens=4)",
        "invalid layer: 3 (there are no words to merge from layer 3 on, which combines them)");
  }

  @Test
  public void whatDoesNotFitTheEncoderIsRefused() {
    String late = "ptc(combining-layer=7, combination-tokens=4)";
    assertRefused(
        () -> PolicyText.parse(late).toTrain(SIX_LAYERS),
        late,
        "invalid combining-layer: 7 (the model has 6 layers)");
    assertRefused(
        () -> PolicyText.parse("ratio(layers=7..)").toRun(PruningPolicy.NONE, SIX_LAYERS),
        "ratio(layers=7..)",
        "invalid layers: 7.. (the model has 6 layers)");
    assertThat(PolicyText.parse("ratio(layers=2..12)").toTrain(SIX_LAYERS).toString())
        .contains("layers=2..12");
    assertRefused(
        () -> PolicyText.parse("combining").toTrain(new EncoderShape(1, 32, 4, 64)),
        "combining",
        "invalid combining: layer none with 8 tokens; a model must be trained with both");
  }

  private static void assertUnreadable(String text, String reason) {
    assertRefused(() -> PolicyText.parse(text), text, reason);
  }

  private static void assertIncomplete(String text, String reason) {
    assertRefused(() -> PolicyText.complete(text), text, reason);
  }

  private static void assertRefused(ThrowingCallable call, String text, String reason) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot use policy \"%s\": %s", text, reason);
  }
}
