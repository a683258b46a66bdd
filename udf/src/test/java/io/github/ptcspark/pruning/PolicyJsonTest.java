package io.github.ptcspark.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.Test;

public class PolicyJsonTest {

  private static final String PTC =
      "{\"method\":\"ptc\",\"keep_ratio\":0.9,\"fuzzy\":\"fuzzy\",\"scope\":\"tokens\","
          + "\"first_pruned_layer\":2,\"combining_layer\":7,\"combination_tokens\":8,"
          + "\"minimum_tokens\":8}";

  @Test
  public void writesWhatItReads() {
    assertThat(PolicyJson.write(PolicyJson.parse(PTC))).hasToString(PTC);
    assertThat(PolicyJson.parse("{\"method\":\"none\"}")).isEqualTo(new NoPruning());
    for (PtcPolicy.Fuzzy fuzzy : PtcPolicy.Fuzzy.values()) {
      for (PtcPolicy.Scope scope : PtcPolicy.Scope.values()) {
        for (int every = 1; every < 4; every++) {
          PtcPolicy policy = new PtcPolicy(0.75, fuzzy, scope, 3, every, 0, 0, 2);
          assertThat(PolicyJson.read(PolicyJson.write(policy))).isEqualTo(policy);
        }
      }
    }
  }

  @Test
  public void onlyTheMinimumAndEveryHaveDefaults() {
    assertThat(
            PolicyJson.parse(PTC.replace("\"combining_layer\"", "\"every\":3,\"combining_layer\"")))
        .isEqualTo(
            new PtcPolicy(0.9, PtcPolicy.Fuzzy.FUZZY, PtcPolicy.Scope.TOKENS, 2, 3, 7, 8, 8));
    assertThat(PolicyJson.parse(PTC.replace(",\"minimum_tokens\":8", "")))
        .isEqualTo(
            new PtcPolicy(0.9, PtcPolicy.Fuzzy.FUZZY, PtcPolicy.Scope.TOKENS, 2, 1, 7, 8, 8));
    assertInvalid(PTC.replace("\"keep_ratio\":0.9,", ""), "Invalid policy: keep_ratio: missing");
  }

  @Test
  public void reportsAllProblemsAtOnce() {
    assertInvalid(
        PTC.replace("0.9", "\"high\"")
            .replace("\"fuzzy\":\"fuzzy\"", "\"fuzzy\":\"vague\"")
            .replace("\"combining_layer\":7", "\"combining_layer\":7.5,\"depth\":3"),
        "Invalid policy: keep_ratio: \"high\" is not a number; "
            + "fuzzy: \"vague\" is not one of off, fuzzy, fuzzy-quota; "
            + "combining_layer: 7.5 is not an integer; "
            + "unknown key depth: 3 (known: method, keep_ratio, fuzzy, scope, first_pruned_layer,"
            + " every,"
            + " combining_layer, combination_tokens, minimum_tokens)");
  }

  @Test
  public void refusesOtherMethodsAndForms() {
    assertInvalid(
        "{\"method\":\"magic\"}", "Invalid policy: method: \"magic\" is not one of none, ptc");
    assertInvalid("{}", "Invalid policy: method: missing");
    assertInvalid("[]", "Invalid policy: [] is not a JSON object");
    assertInvalid("{\"method\"", "Invalid policy: {\"method\" is not JSON");
    assertInvalid("", "Invalid policy:  is not a JSON object");
    assertInvalid(
        "{\"method\":\"none\",\"keep_ratio\":0.9}",
        "Invalid policy: unknown key keep_ratio: 0.9 (known: method)");
    assertInvalid(
        PTC.replace("\"combining_layer\"", "\"every\":0,\"combining_layer\""),
        "Invalid number of layers that share a pruning: 0 (at least 1)");
    assertInvalid(PTC.replace("0.9", "1.5"), "Invalid keep ratio: 1.5 (above 0, at most 1)");
  }

  private static void assertInvalid(String json, String message) {
    assertThatThrownBy(() -> PolicyJson.parse(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
