package io.github.ptcspark.pruning.methods;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ptcspark.pruning.JsonFields;
import io.github.ptcspark.pruning.LayerRange;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.Step;
import java.util.Optional;

/**
 * Policies as bundles of format 1 and outputs of their time have them: {@code {"method": "none"}}
 * or
 *
 * <pre>{@code
 * {"method": "ptc", "keep_ratio": 0.9, "fuzzy": "fuzzy", "scope": "tokens",
 *  "first_pruned_layer": 2, "combining_layer": 7, "combination_tokens": 8, "minimum_tokens": 8}
 * }</pre>
 *
 * Every key must be there but {@code minimum_tokens} and {@code every}, and no other; {@code every}
 * is written where it is not 1. A layer of 0 is none.
 */
public final class FormerPolicy {

  private static final String NONE = "none";
  private static final String PTC = "ptc";

  private FormerPolicy() {}

  /**
   * Reads a policy.
   *
   * @throws IllegalArgumentException with everything that is wrong, each with key and value
   */
  public static PruningPolicy read(JsonNode json) {
    JsonFields fields = new JsonFields(json);
    String method = json.isObject() ? fields.text("method") : "";
    if (fields.problems().isEmpty() && method.equals(NONE)) {
      fields.refuseOthers();
      check(fields);
      return PruningPolicy.NONE;
    }
    if (fields.problems().isEmpty() && method.equals(PTC)) {
      return ptc(fields);
    }
    if (fields.problems().isEmpty()) {
      fields.problem("method: %s is not one of %s, %s".formatted(json.get("method"), NONE, PTC));
    }
    throw invalid(fields);
  }

  /**
   * A policy in this form, by which models of this form are still known; nothing if it has none.
   */
  public static Optional<ObjectNode> write(PruningPolicy policy) {
    if (policy.steps().isEmpty()) {
      return Optional.of(JsonNodeFactory.instance.objectNode().put("method", NONE));
    }
    if (policy.steps().size() > 1) {
      return Optional.empty();
    }
    Step step = policy.steps().get(0);
    if (step instanceof Ratio ratio) {
      return write(ratio, 0, 0);
    }
    if (step instanceof Ptc ptc) {
      return write(ptc.ratio(), ptc.combining().layer(), ptc.combining().tokens());
    }
    return Optional.empty();
  }

  private static Optional<ObjectNode> write(Ratio ratio, int combiningLayer, int tokens) {
    if (ratio.layers().last() != LayerRange.END) {
      return Optional.empty();
    }
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("method", PTC)
            .put("keep_ratio", ratio.keepRatio())
            .put("fuzzy", ratio.fuzzy().toString())
            .put("scope", ratio.scope().toString())
            .put("first_pruned_layer", ratio.layers().first());
    if (ratio.every() > 1) {
      json.put("every", ratio.every());
    }
    return Optional.of(
        json.put("combining_layer", combiningLayer)
            .put("combination_tokens", tokens)
            .put("minimum_tokens", ratio.minimumTokens()));
  }

  private static PruningPolicy ptc(JsonFields fields) {
    double keepRatio = fields.number("keep_ratio");
    Ratio.Fuzzy fuzzy = fields.choice("fuzzy", Ratio.Fuzzy.class);
    Scope scope = fields.choice("scope", Scope.class);
    int firstPrunedLayer = fields.integer("first_pruned_layer");
    int every = fields.integer("every", 1);
    int combiningLayer = fields.integer("combining_layer");
    int combinationTokens = fields.integer("combination_tokens");
    int minimumTokens =
        fields.integer("minimum_tokens", Ratio.OPTIONS.minimumTokens().constant().orElseThrow());
    fields.refuseOthers();
    check(fields);
    Ratio ratio =
        new Ratio(keepRatio, fuzzy, scope, LayerRange.from(firstPrunedLayer), every, minimumTokens);
    return combiningLayer == 0 && combinationTokens == 0
        ? PruningPolicy.of(ratio)
        : PruningPolicy.of(new Ptc(ratio, new Combining(combiningLayer, combinationTokens)));
  }

  private static void check(JsonFields fields) {
    if (!fields.problems().isEmpty()) {
      throw invalid(fields);
    }
  }

  private static IllegalArgumentException invalid(JsonFields fields) {
    return new IllegalArgumentException("Invalid policy: " + String.join("; ", fields.problems()));
  }
}
