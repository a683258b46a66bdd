package io.github.ptcspark.job.corpus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * Parsing of JSON: one value and nothing behind it, strict but for the numbers NaN, Infinity and
 * -Infinity, which Python and others write. Of a key that is in an object twice the last counts.
 */
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
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .build();
  }

  /** Parses a line that is not blank. */
  static JsonNode parse(String line) throws JsonProcessingException {
    return READER.readTree(line);
  }

  /**
   * A number with a fraction or an exponent as it stands in the line from which it was parsed, such
   * as {@code 1.50} or {@code 1e5}.
   */
  static String number(JsonNode value, String line) {
    if (!value.isBigDecimal()) {
      return value.asText(); // NaN and the infinities.
    }
    try (JsonParser parser = READER.createParser(line)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_NUMBER_FLOAT
            && !parser.isNaN()
            && isSame(value.decimalValue(), parser.getDecimalValue())) {
          return parser.getText();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return value.asText();
  }

  private static boolean isSame(BigDecimal one, BigDecimal other) {
    return one.scale() == other.scale() && one.compareTo(other) == 0;
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
