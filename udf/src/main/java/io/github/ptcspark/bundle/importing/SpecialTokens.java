package io.github.ptcspark.bundle.importing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ptcspark.bundle.BundleException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The special tokens that a tokenizer's options name, in the order in which transformers adds them;
 * those that it knows of itself where the options are silent.
 */
final class SpecialTokens {

  static final String ADDITIONAL = "additional_special_tokens";

  /** Marks an object of the options as a token. */
  private static final String TYPE = "__type";

  private static final List<String> KEYS =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token",
          ADDITIONAL);
  private static final Map<String, String> BERT =
      Map.of(
          "unk_token", "[UNK]",
          "sep_token", "[SEP]",
          "pad_token", "[PAD]",
          "cls_token", "[CLS]",
          "mask_token", "[MASK]");

  /** Those without which no document is read. */
  private static final Set<String> NEEDED =
      new TreeSet<>(Set.of("unk_token", "sep_token", "cls_token"));

  /**
   * A special token.
   *
   * @param key its name in the options
   * @param json its content, or an object of content and flags
   * @param isDefault whether no file names it
   */
  private record Special(String key, JsonNode json, boolean isDefault) {
    String content(String failure) {
      return json.isTextual() ? json.textValue() : AddedToken.content(json, failure);
    }
  }

  private final TokenizerOptions options;
  private final Map<String, Special> byContent = new LinkedHashMap<>();

  /**
   * The special tokens of a tokenizer.
   *
   * @throws BundleException if one is no token, or [UNK], [CLS] or [SEP] has another name
   */
  SpecialTokens(TokenizerOptions options) {
    this.options = options;
    for (String key : KEYS) {
      JsonNode value = options.get(key);
      if (value.isMissingNode() && options.isBert() && BERT.containsKey(key)) {
        JsonNode content = JsonNodeFactory.instance.textNode(BERT.get(key));
        put(new Special(key, content, true));
      } else if (key.equals(ADDITIONAL)) {
        if (!value.isArray() && !value.isMissingNode() && !value.isNull()) {
          throw options.unsupported(key, "supported: a list of tokens");
        }
        value.forEach(element -> put(new Special(key, element, false)));
      } else if (!value.isMissingNode() && !value.isNull()) {
        put(new Special(key, value, false));
      }
    }
  }

  /** An object of {@code special_tokens_map.json} as the options would have it. */
  static JsonNode marked(JsonNode value) {
    if (value.isArray()) {
      value.forEach(SpecialTokens::marked);
    } else if (value instanceof ObjectNode object) {
      object.put(TYPE, "AddedToken").put("special", true);
    }
    return value;
  }

  /** Whether one of them has this content. */
  boolean has(String content) {
    return byContent.containsKey(content);
  }

  /** Whether a file names one of this content. */
  boolean isNamed(String content) {
    return has(content) && !byContent.get(content).isDefault();
  }

  /**
   * Adds those that are not there.
   *
   * @param declared contents of the tokens that another file spells out
   * @param vocabularySize rows of the word embeddings: a token that no file names and no row stands
   *     for is left out
   */
  void addTo(AddedTokens tokens, Set<String> declared, int vocabularySize) {
    List<Special> missing = new ArrayList<>();
    byContent.forEach(
        (content, special) -> {
          boolean overruled = declared.contains(content) && !special.key().equals(ADDITIONAL);
          if (special.json().isTextual() ? !tokens.has(content) : !overruled) {
            missing.add(special);
          }
        });
    for (Special special : missing) {
      String content = special.content(options.source());
      if (special.isDefault() && tokens.id(content) >= vocabularySize) {
        continue;
      }
      tokens.add(
          special.json().isTextual()
              ? AddedToken.special(content)
              : AddedToken.read(special.json(), true, options.source()),
          options.source());
    }
  }

  private void put(Special special) {
    JsonNode json = special.json();
    if (!json.isTextual() && !(json.isObject() && json.path(TYPE).asText().equals("AddedToken"))) {
      throw options.unsupported(special.key(), "supported: a token");
    }
    String content =
        special.content("Cannot read %s: %s".formatted(options.source(), special.key()));
    if (NEEDED.contains(special.key()) && !content.equals(BERT.get(special.key()))) {
      throw options.unsupported(special.key(), "supported: " + BERT.get(special.key()));
    }
    if (!content.isEmpty()) {
      byContent.putIfAbsent(content, special);
    }
  }
}
