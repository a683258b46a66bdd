package io.github.ptcspark.pruning.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.ptcspark.pruning.LayerRange;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import io.github.ptcspark.testing.Policies;
import java.util.List;
import org.junit.Test;

public class FormerPolicyTest {

  private static final String PTC =
      "{\"method\":\"ptc\",\"keep_ratio\":0.9,\"fuzzy\":\"fuzzy\",\"scope\":\"tokens\","
          + "\"first_pruned_layer\":2,\"combining_layer\":7,\"combination_tokens\":8,"
          + "\"minimum_tokens\":8}";

  @Test
  public void writesWhatItReads() {
    assertThat(FormerPolicy.write(FormerPolicy.read(json(PTC))).orElseThrow()).hasToString(PTC);
    assertThat(FormerPolicy.write(PruningPolicy.NONE).orElseThrow())
        .hasToString("{\"method\":\"none\"}");
    assertThat(FormerPolicy.read(json("{\"method\":\"none\"}"))).isEqualTo(PruningPolicy.NONE);
    for (Fuzzy fuzzy : Fuzzy.values()) {
      for (Scope scope : Scope.values()) {
        for (int every = 1; every < 4; every++) {
          for (int combining : new int[] {0, 4}) {
            PruningPolicy policy =
                Policies.ptc(0.75, fuzzy, scope, 3, every, combining, combining, 2);
            assertThat(FormerPolicy.read(FormerPolicy.write(policy).orElseThrow()))
                .isEqualTo(policy);
          }
        }
      }
    }
  }

  @Test
  public void hasNoFormForWhatCameLater() {
    Ratio someLayers = new Ratio(0.9, Fuzzy.OFF, Scope.TOKENS, new LayerRange(2, 4), 1, 8);
    Combining combining = new Combining(3, 4);
    for (PruningPolicy policy :
        List.of(
            PruningPolicy.of(someLayers),
            PruningPolicy.of(new Ptc(someLayers, combining)),
            PruningPolicy.of(combining))) {
      assertThat(FormerPolicy.write(policy)).as("%s", policy).isEmpty();
    }
  }

  @Test
  public void onlyTheMinimumAndEveryHaveDefaults() {
    assertThat(
            FormerPolicy.read(
                json(PTC.replace("\"combining_layer\"", "\"every\":3,\"combining_layer\""))))
        .isEqualTo(Policies.ptc(0.9, Fuzzy.FUZZY, Scope.TOKENS, 2, 3, 7, 8, 8));
    assertThat(FormerPolicy.read(json(PTC.replace(",\"minimum_tokens\":8", ""))))
        .isEqualTo(Policies.ptc(0.9, Fuzzy.FUZZY, Scope.TOKENS, 2, 1, 7, 8, 8));
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
    assertInvalid(
        "{\"method\":\"none\",\"keep_ratio\":0.9}",
        "Invalid policy: unknown key keep_ratio: 0.9 (known: method)");
    assertInvalid(
        PTC.replace("\"combining_layer\"", "\"every\":0,\"combining_layer\""),
        "Invalid every: 0 (at least 1)");
    assertInvalid(PTC.replace("0.9", "1.5"), "Invalid keep-ratio: 1.5 (above 0, at most 1)");
    assertInvalid(
        PTC.replace("\"combining_layer\":7", "\"combining_layer\":0"),
        "Invalid combining: layer none with 8 tokens; a model must be trained with both");
    assertInvalid(
        PTC.replace("\"first_pruned_layer\":2", "\"first_pruned_layer\":1"),
        "Invalid layers: 1.. (such as 2..6, 2.. or 4; 2 or later)");
    assertInvalid(
        PTC.replace("\"first_pruned_layer\":2", "\"first_pruned_layer\":0"), "Invalid layers: 0..");
  }

  private static void assertInvalid(String json, String message) {
    assertThatThrownBy(() -> FormerPolicy.read(json(json)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  private static JsonNode json(String text) {
    try {
      return JsonMapper.builder().build().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
