package io.github.ptcspark.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Checks that a {@code tokenizer.json} does what a BERT's does and nothing else. It is read by a
 * native library, which a file from a stranger could let run for hours (a regular expression),
 * multiply its texts, or end together with the whole process (a template of tokens that are not
 * there). Every message names the key.
 */
final class TokenizerCheck {

  /** Kinds of a stage with their keys beside the type; a key with a question mark may be null. */
  private static final Map<String, List<String>> NORMALIZERS =
      new TreeMap<>(
          Map.of(
              "BertNormalizer",
              List.of("clean_text", "handle_chinese_chars", "strip_accents?", "lowercase"),
              "Lowercase",
              List.of(),
              "NFC",
              List.of(),
              "NFD",
              List.of(),
              "NFKC",
              List.of(),
              "NFKD",
              List.of(),
              "Sequence",
              List.of("normalizers"),
              "Strip",
              List.of("strip_left", "strip_right"),
              "StripAccents",
              List.of()));

  private static final Map<String, List<String>> PRE_TOKENIZERS =
      new TreeMap<>(
          Map.of(
              "BertPreTokenizer",
              List.of(),
              "Digits",
              List.of("individual_digits"),
              "Punctuation",
              List.of("behavior"),
              "Sequence",
              List.of("pretokenizers"),
              "Whitespace",
              List.of(),
              "WhitespaceSplit",
              List.of()));

  /** Of which one must be there: documents are cut at white space. */
  private static final Set<String> SPLITTERS =
      Set.of("BertPreTokenizer", "Whitespace", "WhitespaceSplit");

  private static final Map<String, List<String>> POST_PROCESSORS =
      new TreeMap<>(
          Map.of(
              "BertProcessing",
              List.of("sep", "cls"),
              "TemplateProcessing",
              List.of("single", "pair", "special_tokens")));
  private static final Map<String, List<String>> DECODERS =
      Map.of("WordPiece", List.of("prefix", "cleanup"));

  /** Keys whose values are texts or containers; those of all others are true or false. */
  private static final Set<String> TEXTS = Set.of("behavior", "prefix");

  private static final Set<String> CONTAINERS =
      Set.of("normalizers", "pretokenizers", "sep", "cls", "single", "pair", "special_tokens");

  /** The pieces of a word are looked for in a time that grows with the square of its length. */
  private static final int LONGEST_WORD = 1000;

  private static final int DEPTH = 4;
  private static final String FIRST = "[CLS]";
  private static final String LAST = "[SEP]";

  private final CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
  private final JsonNode json;
  private final JsonNode vocabulary;
  private final String failure;

  /**
   * A check.
   *
   * @param json the file, whose {@code model.vocab} is an object of ids
   * @param failure the beginning of the message, as in "Cannot read FILE"
   */
  TokenizerCheck(JsonNode json, String failure) {
    this.json = json;
    this.vocabulary = json.path("model").path("vocab");
    this.failure = failure;
  }

  /**
   * Checks all parts but the ids of the vocabulary.
   *
   * @throws BundleException naming the key that is not supported
   */
  void check() {
    checkValues(json, "");
    checkModel();
    checkAddedTokens();
    if (isGiven("normalizer")) {
      checkStage("normalizer", json.get("normalizer"), NORMALIZERS, DEPTH);
    }
    if (!isGiven("pre_tokenizer")) {
      throw unsupported("pre_tokenizer", "none", PRE_TOKENIZERS);
    }
    Set<String> stages =
        checkStage("pre_tokenizer", json.get("pre_tokenizer"), PRE_TOKENIZERS, DEPTH);
    if (stages.stream().noneMatch(SPLITTERS::contains)) {
      throw fail(
          "pre_tokenizer: %s does not split at white space".formatted(String.join(", ", stages)));
    }
    checkPostProcessor();
    if (isGiven("decoder")) {
      checkStage("decoder", json.get("decoder"), DECODERS, DEPTH);
    }
  }

  /**
   * All numbers are ids and lengths, and all texts have an encoding; the library takes that for
   * granted and gives up otherwise.
   */
  private void checkValues(JsonNode node, String key) {
    if (node.isNumber() && !isInteger(node)) {
      throw fail("%s: %s is not a whole number of 32 bits".formatted(key, node));
    }
    if (node.isTextual()) {
      checkEncoding(node.textValue(), key);
    }
    if (node instanceof ObjectNode object) {
      object
          .fields()
          .forEachRemaining(
              field -> {
                checkEncoding(field.getKey(), key.isEmpty() ? "keys" : key);
                checkValues(field.getValue(), field.getKey());
              });
    } else {
      node.forEach(element -> checkValues(element, key));
    }
  }

  private void checkEncoding(String text, String key) {
    if (!encoder.canEncode(text)) {
      throw fail("%s: it holds half a surrogate pair".formatted(key));
    }
  }

  private void checkModel() {
    JsonNode model = json.path("model");
    String unknown = model.path("unk_token").asText();
    if (!vocabulary.has(unknown)) {
      throw fail("model.unk_token: \"%s\" is not in the vocabulary".formatted(unknown));
    }
    if (!model.path("continuing_subword_prefix").isTextual()) {
      throw fail(
          "model.continuing_subword_prefix: %s is not a text"
              .formatted(model.path("continuing_subword_prefix")));
    }
    JsonNode longest = model.path("max_input_chars_per_word");
    if (!isInteger(longest) || longest.intValue() < 1 || longest.intValue() > LONGEST_WORD) {
      throw fail(
          "model.max_input_chars_per_word: %s is not an integer from 1 to %s"
              .formatted(longest, LONGEST_WORD));
    }
  }

  /**
   * The library gives a token the id that it has in the vocabulary or else the next free one, and
   * takes no notice of what the file says.
   */
  private void checkAddedTokens() {
    JsonNode tokens = json.path("added_tokens");
    if (!tokens.isArray() && isGiven("added_tokens")) {
      throw fail("added_tokens: %s is not a list".formatted(tokens));
    }
    Set<String> seen = new HashSet<>();
    int highest = -1;
    for (JsonNode token : tokens) {
      String content = token.path("content").asText();
      if (!token.path("content").isTextual() || content.isBlank()) {
        throw fail("added_tokens: %s has no content".formatted(token));
      }
      if (!seen.add(content)) {
        throw fail("added_tokens: \"%s\" stands twice".formatted(content));
      }
      int id =
          vocabulary.has(content)
              ? vocabulary.get(content).intValue()
              : Math.max(highest + 1, vocabulary.size());
      highest = Math.max(highest, id);
      if (token.path("id").intValue() != id) {
        throw fail(
            "added_tokens: \"%s\" has id %s, but a tokenizer gives it %s"
                .formatted(content, token.path("id"), id));
      }
    }
  }

  /** The types of a stage and of those in it. */
  private Set<String> checkStage(
      String key, JsonNode stage, Map<String, List<String>> supported, int depth) {
    if (depth == 0) {
      throw fail("%s: it is nested deeper than %s".formatted(key, DEPTH));
    }
    String type = type(stage);
    if (!supported.containsKey(type)) {
      throw unsupported(key, type, supported);
    }
    checkKeys(key + " " + type, stage, supported.get(type));
    Set<String> types = new TreeSet<>(Set.of(type));
    if (type.equals("Sequence")) {
      for (JsonNode part : stage.get(supported.get(type).get(0))) {
        types.addAll(checkStage(key, part, supported, depth - 1));
      }
    }
    return types;
  }

  private void checkKeys(String stage, JsonNode json, List<String> keys) {
    Set<String> unknown = new TreeSet<>();
    json.fieldNames().forEachRemaining(unknown::add);
    unknown.remove("type");
    for (String key : keys) {
      String name = key.replace("?", "");
      JsonNode value = json.path(name);
      boolean fits =
          TEXTS.contains(name)
              ? value.isTextual()
              : CONTAINERS.contains(name) ? value.isContainerNode() : value.isBoolean();
      if (!fits && !(key.endsWith("?") && value.isNull())) {
        throw fail(
            "%s: %s is %s".formatted(stage, name, value.isMissingNode() ? "missing" : value));
      }
      unknown.remove(name);
    }
    if (!unknown.isEmpty()) {
      throw fail("%s: unknown key %s".formatted(stage, String.join(", ", unknown)));
    }
  }

  private void checkPostProcessor() {
    if (!isGiven("post_processor")) {
      throw fail("it has no post_processor that adds [CLS] and [SEP]");
    }
    JsonNode processor = json.get("post_processor");
    String type = type(processor);
    checkStage("post_processor", processor, POST_PROCESSORS, DEPTH);
    if (type.equals("BertProcessing")) {
      checkEnd(processor.path("cls"), FIRST, "post_processor.cls");
      checkEnd(processor.path("sep"), LAST, "post_processor.sep");
    } else {
      checkTemplate(processor);
    }
  }

  /** A pair of token and id. */
  private void checkEnd(JsonNode pair, String token, String key) {
    if (pair.size() != 2
        || !pair.path(0).asText().equals(token)
        || !isInteger(pair.path(1))
        || pair.path(1).intValue() != vocabulary.get(token).intValue()) {
      throw fail(
          "%s: %s is not %s with its id %s".formatted(key, pair, token, vocabulary.get(token)));
    }
  }

  /** The library looks up what a template names without asking whether it is there. */
  private void checkTemplate(JsonNode processor) {
    JsonNode special = processor.path("special_tokens");
    for (String key : List.of("single", "pair")) {
      for (JsonNode piece : processor.path(key)) {
        String token = piece.path("SpecialToken").path("id").asText();
        String sequence = piece.path("Sequence").path("id").asText();
        boolean known = piece.has("SpecialToken") ? special.has(token) : sequence.matches("[AB]");
        if (piece.size() != 1 || !known || (key.equals("single") && sequence.equals("B"))) {
          throw fail("post_processor.%s: %s stands for nothing".formatted(key, piece));
        }
      }
    }
    JsonNode single = processor.path("single");
    if (single.size() != 3
        || !single.path(0).path("SpecialToken").path("id").asText().equals(FIRST)
        || !single.path(1).has("Sequence")
        || !single.path(2).path("SpecialToken").path("id").asText().equals(LAST)) {
      throw fail("post_processor.single: %s is not [CLS], the text and [SEP]".formatted(single));
    }
    for (JsonNode token : special) {
      String name = token.path("id").asText();
      JsonNode ids = token.path("ids");
      JsonNode tokens = token.path("tokens");
      if (ids.size() != 1
          || tokens.size() != 1
          || !vocabulary.has(name)
          || !isInteger(ids.path(0))
          || ids.path(0).intValue() != vocabulary.get(name).intValue()) {
        throw fail(
            "post_processor.special_tokens: %s is not a token with its one id".formatted(token));
      }
    }
    for (String token : List.of(FIRST, LAST)) {
      if (!special.path(token).path("id").asText().equals(token)) {
        throw fail("post_processor.special_tokens: %s is another token".formatted(token));
      }
    }
  }

  private boolean isGiven(String key) {
    return json.hasNonNull(key);
  }

  static boolean isInteger(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToInt();
  }

  private static String type(JsonNode stage) {
    return stage.path("type").isTextual() ? stage.path("type").textValue() : stage.toString();
  }

  private BundleException unsupported(String key, String value, Map<String, ?> supported) {
    return fail(
        "%s: %s is not supported (supported: %s)"
            .formatted(key, value, String.join(", ", supported.keySet())));
  }

  private BundleException fail(String reason) {
    return new BundleException("%s: %s".formatted(failure, reason));
  }
}
