package io.github.ptcspark.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Parses and writes the JSON files of a bundle. */
public final class JsonDocument {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private JsonDocument() {}

  /** An empty object. */
  public static ObjectNode create() {
    return JSON.createObjectNode();
  }

  /**
   * Parses a file that holds one JSON object.
   *
   * @param failure the beginning of the message, as in "Cannot read FILE"
   * @throws BundleException if it does not, or a key stands twice
   */
  public static ObjectNode parse(byte[] bytes, String failure) {
    try {
      if (JSON.readTree(bytes) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new BundleException(
          "%s: it is not valid JSON at line %s: %s"
              .formatted(
                  failure,
                  e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                  e.getOriginalMessage().lines().findFirst().orElse("")),
          e);
    } catch (IOException e) {
      throw new BundleException("%s: %s".formatted(failure, e.getMessage()), e);
    }
    throw new BundleException(failure + ": it is not a JSON object");
  }

  /** The text for people: indented, with a line break at the end. */
  static byte[] pretty(JsonNode json) {
    return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** The text for digests: no spaces, keys sorted. */
  static byte[] canonical(JsonNode json) {
    try {
      return JSON.writeValueAsBytes(JSON.treeToValue(json, Object.class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write JSON: " + e.getMessage(), e);
    }
  }
}
