package io.github.ptcspark.pruning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The JSON form of a policy: {@code {"method": "none"}} or
 *
 * <pre>{@code
 * {"method": "ptc", "keep_ratio": 0.9, "fuzzy": "fuzzy", "scope": "tokens",
 *  "first_pruned_layer": 2, "combining_layer": 7, "combination_tokens": 8, "minimum_tokens": 8}
 * }</pre>
 *
 * Every key must be there but {@code minimum_tokens} and {@code every}, and no other; {@code every}
 * is written where it is not 1.
 */
public final class PolicyJson {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private PolicyJson() {}

  /**
   * Reads a policy.
   *
   * @throws IllegalArgumentException with everything that is wrong, each with key and value
   */
  public static PruningPolicy parse(String json) {
    try {
      return read(JSON.readTree(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Invalid policy: %s is not JSON".formatted(json), e);
    }
  }

  /**
   * Reads a policy.
   *
   * @throws IllegalArgumentException with everything that is wrong, each with key and value
   */
  public static PruningPolicy read(JsonNode json) {
    JsonFields fields = new JsonFields(json);
    String method = json.isObject() ? fields.text("method") : "";
    if (fields.problems().isEmpty() && method.equals(NoPruning.METHOD)) {
      fields.refuseOthers();
      check(fields);
      return new NoPruning();
    }
    if (fields.problems().isEmpty() && method.equals(PtcPolicy.METHOD)) {
      return ptc(fields);
    }
    if (fields.problems().isEmpty()) {
      fields.problem(
          "method: %s is not one of %s, %s"
              .formatted(json.get("method"), NoPruning.METHOD, PtcPolicy.METHOD));
    }
    throw invalid(fields);
  }

  /** The policy as a JSON object. */
  public static ObjectNode write(PruningPolicy policy) {
    ObjectNode json = JSON.createObjectNode().put("method", policy.method());
    if (policy instanceof PtcPolicy ptc) {
      json.put("keep_ratio", ptc.keepRatio())
          .put("fuzzy", ptc.fuzzy().toString())
          .put("scope", ptc.scope().toString())
          .put("first_pruned_layer", ptc.firstPrunedLayer());
      if (ptc.every() > 1) {
        json.put("every", ptc.every());
      }
      json.put("combining_layer", ptc.combiningLayer())
          .put("combination_tokens", ptc.combinationTokens())
          .put("minimum_tokens", ptc.minimumTokens());
    }
    return json;
  }

  private static PtcPolicy ptc(JsonFields fields) {
    double keepRatio = fields.number("keep_ratio");
    PtcPolicy.Fuzzy fuzzy = fields.choice("fuzzy", PtcPolicy.Fuzzy.class);
    PtcPolicy.Scope scope = fields.choice("scope", PtcPolicy.Scope.class);
    int firstPrunedLayer = fields.integer("first_pruned_layer");
    int every = fields.integer("every", 1);
    int combiningLayer = fields.integer("combining_layer");
    int combinationTokens = fields.integer("combination_tokens");
    int minimumTokens = fields.integer("minimum_tokens", PtcPolicy.DEFAULT_MINIMUM_TOKENS);
    fields.refuseOthers();
    check(fields);
    return new PtcPolicy(
        keepRatio,
        fuzzy,
        scope,
        firstPrunedLayer,
        every,
        combiningLayer,
        combinationTokens,
        minimumTokens);
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
