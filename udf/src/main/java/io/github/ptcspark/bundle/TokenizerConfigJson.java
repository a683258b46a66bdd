package io.github.ptcspark.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * The {@code tokenizer_config.json} that lies beside a bundle's {@code tokenizer.json} for other
 * tools alone: without it {@code AutoTokenizer} of transformers takes every tokenizer of a BERT for
 * uncased. A bundle is read without it.
 */
final class TokenizerConfigJson {

  static final String NAME = "tokenizer_config.json";

  private static final Map<String, String> SPECIAL_TOKENS =
      new TreeMap<>(
          Map.of(
              "cls_token", "[CLS]",
              "mask_token", "[MASK]",
              "pad_token", "[PAD]",
              "sep_token", "[SEP]",
              "unk_token", "[UNK]"));

  /** Keys of the normaliser by option. */
  private static final Map<String, String> OPTIONS =
      new TreeMap<>(
          Map.of(
              "do_lower_case", "lowercase",
              "strip_accents", "strip_accents",
              "tokenize_chinese_chars", "handle_chinese_chars"));

  private TokenizerConfigJson() {}

  /**
   * The file's content.
   *
   * @param tokenizer the content of {@code tokenizer.json}
   * @param config the content of {@code config.json}
   */
  static ObjectNode json(JsonNode tokenizer, JsonNode config) {
    ObjectNode json = JsonDocument.create();
    int special = 0;
    for (JsonNode token : tokenizer.path("added_tokens")) {
      String content = token.path("content").asText();
      for (Map.Entry<String, String> entry : SPECIAL_TOKENS.entrySet()) {
        if (entry.getValue().equals(content)) {
          json.put(entry.getKey(), content);
          special++;
        }
      }
    }
    json.set("model_max_length", config.path("max_position_embeddings"));
    JsonNode normalizer = tokenizer.path("normalizer");
    if (special == SPECIAL_TOKENS.size()
        && normalizer.path("type").asText().equals("BertNormalizer")
        && OPTIONS.values().stream().allMatch(normalizer::has)) {
      OPTIONS.forEach((option, key) -> json.set(option, normalizer.get(key)));
      return json.put("tokenizer_class", "BertTokenizer");
    }
    return json.put("tokenizer_class", "PreTrainedTokenizerFast");
  }
}
