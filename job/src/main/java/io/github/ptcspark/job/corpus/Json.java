package io.github.ptcspark.job.corpus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.regex.Pattern;

/** Parsing of JSON, strict: one value and nothing behind it. */
final class Json {

  private static final Pattern LOCATION =
      Pattern.compile(" ?\\(start marker at .*\\)", Pattern.DOTALL);

  private static final ObjectReader READER = mapper().readerFor(JsonNode.class);

  private Json() {}

  private static ObjectMapper mapper() {
    StreamReadConstraints anyText =
        StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build();
    return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(anyText).build())
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
  }

  /** Parses a line that is not blank. */
  static JsonNode parse(String line) throws JsonProcessingException {
    return READER.readTree(line);
  }

  /** What is wrong with a line, in a few words. */
  static String problem(JsonProcessingException failure) {
    String message = failure.getOriginalMessage();
    String line = message.lines().findFirst().orElse("");
    return "not JSON (" + LOCATION.matcher(line).replaceFirst("") + ")";
  }

  /** What a value is, as a user says it. */
  static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "a text";
      case NUMBER -> "a number";
      case BOOLEAN -> "a boolean";
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      case NULL -> "null";
      default -> "nothing";
    };
  }
}
