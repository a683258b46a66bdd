package io.github.ptcspark.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Changes a JSON file so that it stays JSON, in places and to values that random bytes miss. */
public final class JsonMutation {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Texts of JSON; some are no numbers that Java has. */
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-1",
          "1",
          "2",
          "3",
          "100",
          "0.5",
          "3.0",
          "1e-400",
          "1e400",
          "2147483647",
          "2147483648",
          "4294967296",
          "9223372036854775807",
          "-9223372036854775808",
          "123456789012345678901234567890",
          "1e999999999",
          "\"\"",
          "\" \"",
          "\"[CLS]\"",
          "\"[UNK]\"",
          "\"B\"",
          "\"\\ud800\"",
          "\"\\u0000\"",
          "\"(x+x+)+y\"",
          "[]",
          "{}",
          "[null]",
          "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]",
          "{\"type\":\"Sequence\"}",
          "{\"type\":\"Lowercase\"}",
          "{\"type\":\"Strip\",\"strip_left\":true,\"strip_right\":true}",
          "{\"type\":\"Whitespace\"}",
          "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"(x+x+)+y\"},\"content\":\"\"}",
          "{\"type\":\"Replace\",\"pattern\":{\"String\":\"\"},\"content\":\"aaaaaaaaaaaaaaaa\"}",
          "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"AAAA\"}",
          "{\"type\":\"Prepend\",\"prepend\":\"_\"}",
          "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(a*)*b\"},\"behavior\":\"Isolated\","
              + "\"invert\":false}",
          "{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"NFKC\"},{\"type\":\"NFD\"}]}",
          "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"BertPreTokenizer\"},"
              + "{\"type\":\"Digits\",\"individual_digits\":true}]}",
          "{\"type\":\"BertProcessing\",\"sep\":[\"[SEP]\",3],\"cls\":[\"[CLS]\",2]}",
          "{\"type\":\"BertProcessing\",\"sep\":[\"[SEP]\",99999],\"cls\":[\"[CLS]\",2]}",
          "{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":\"x\","
              + "\"type_id\":0}}],\"pair\":[],\"special_tokens\":{}}",
          "{\"SpecialToken\":{\"id\":\"none\",\"type_id\":0}}",
          "{\"Sequence\":{\"id\":\"B\",\"type_id\":0}}",
          "{\"max_length\":0,\"strategy\":\"LongestFirst\",\"stride\":5,\"direction\":\"Right\"}",
          "{\"strategy\":{\"Fixed\":1000000000},\"direction\":\"Right\",\"pad_to_multiple_of\":0,"
              + "\"pad_id\":0,\"pad_type_id\":0,\"pad_token\":\"[PAD]\"}",
          "{\"id\":7,\"content\":\"new\",\"single_word\":false,\"lstrip\":true,\"rstrip\":true,"
              + "\"normalized\":true,\"special\":false}");

  private static final int DEEP = 5000;

  private JsonMutation() {}

  /** The file with one to three changes; the file itself if it is no JSON. */
  public static byte[] mutate(byte[] file, Random random) {
    ObjectNode root;
    try {
      if (!(JSON.readTree(file) instanceof ObjectNode object)) {
        return file;
      }
      root = object;
    } catch (IOException e) {
      return file;
    }
    List<String> raw = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      change(root, random, raw);
    }
    String text = root.toString();
    for (int i = 0; i < raw.size(); i++) {
      text = text.replace("\"" + mark(i) + "\"", raw.get(i));
    }
    if (random.nextInt(20) == 0) { // A key twice, or far too deep.
      text =
          random.nextBoolean()
              ? text.replaceFirst("\"(\\w+)\":", "\"$1\":null,\"$1\":")
              : text.replaceFirst(":", ":" + "[".repeat(DEEP) + "]".repeat(DEEP) + ",\"x\":");
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void change(ObjectNode root, Random random, List<String> raw) {
    List<JsonNode> containers = new ArrayList<>();
    collect(root, containers);
    // Most containers of a tokenizer are small; its vocabulary is chosen as often as any.
    JsonNode container = containers.get(random.nextInt(containers.size()));
    String value = VALUES.get(random.nextInt(VALUES.size()));
    JsonNode replacement = JsonNodeFactory.instance.textNode(mark(raw.size()));
    if (random.nextInt(4) == 0 && container.size() > 0) {
      value = element(container, random).toString(); // What stands beside it.
    }
    if (container instanceof ObjectNode object) {
      List<String> keys = new ArrayList<>();
      object.fieldNames().forEachRemaining(keys::add);
      String key = keys.isEmpty() ? "added" : keys.get(random.nextInt(keys.size()));
      switch (random.nextInt(6)) {
        case 0 -> object.remove(key);
        case 1 -> object.set("key " + random.nextInt(100), replacement);
        default -> object.set(key, replacement);
      }
    } else if (container instanceof ArrayNode array) {
      int index = array.isEmpty() ? 0 : random.nextInt(array.size());
      switch (array.isEmpty() ? 0 : random.nextInt(4)) {
        case 0 -> array.insert(index, replacement);
        case 1 -> array.remove(index);
        case 2 -> array.insert(index, array.get(index).deepCopy());
        default -> array.set(index, replacement);
      }
    }
    raw.add(value);
  }

  private static JsonNode element(JsonNode container, Random random) {
    List<JsonNode> elements = new ArrayList<>();
    container.forEach(elements::add);
    return elements.get(random.nextInt(elements.size()));
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainerNode()) {
      containers.add(node);
      node.forEach(child -> collect(child, containers));
    }
  }

  private static String mark(int index) {
    return "replaced here " + index;
  }
}
