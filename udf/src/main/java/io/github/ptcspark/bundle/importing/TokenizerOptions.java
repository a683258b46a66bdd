package io.github.ptcspark.bundle.importing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.JsonDocument;
import io.github.ptcspark.bundle.importing.VocabularyTokenizer.Cleaning;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * What {@code tokenizer_config.json} says of a tokenizer, read as transformers 4.52 does; in a
 * directory of older versions {@code special_tokens_map.json} adds to it.
 *
 * <p>Keys that change no word piece of a text are passed over: {@code model_max_length} and
 * padding, because long documents are cut elsewhere and nothing is padded, and {@code never_split}
 * and {@code do_basic_tokenize}, which the fast tokenizer does not know.
 */
final class TokenizerOptions {

  static final String FILE = "tokenizer_config.json";

  /** Present where the directory was saved by transformers 4.34 or later. */
  static final String ADDED_TOKENS = "added_tokens_decoder";

  private static final String SPECIAL_TOKENS = "special_tokens_map.json";
  private static final String CLASS = "tokenizer_class";
  private static final String BERT = "BertTokenizer";
  private static final String BERT_FAST = "BertTokenizerFast";
  private static final String PLAIN = "PreTrainedTokenizerFast";

  private final Path directory;
  private final ObjectNode json;
  private final String tokenizerClass;

  private TokenizerOptions(Path directory, ObjectNode json, String tokenizerClass) {
    this.directory = directory;
    this.json = json;
    this.tokenizerClass = tokenizerClass;
  }

  /**
   * Reads the options of a directory; none are the defaults of {@code BertTokenizer}.
   *
   * @param config the content of {@code config.json}
   * @throws BundleException if an option is not supported
   */
  static TokenizerOptions read(Path directory, JsonNode config, SourceFiles sources) {
    ObjectNode json = file(directory, FILE, sources);
    String name = tokenizerClass(directory, json, config);
    TokenizerOptions options = new TokenizerOptions(directory, json, name);
    if (options.isLegacy()) {
      addLegacy(json, file(directory, SPECIAL_TOKENS, sources));
    }
    options.refuseUnsupported();
    return options;
  }

  /** The content of a file of the directory; empty if it does not exist. */
  static ObjectNode file(Path directory, String name, SourceFiles sources) {
    Path path = directory.resolve(name);
    if (!Files.exists(path)) {
      return JsonDocument.create();
    }
    byte[] bytes = BundleFiles.readFile(path);
    sources.add(name, bytes);
    return JsonDocument.parse(bytes, "Cannot read " + path);
  }

  /** The file, for messages. */
  String source() {
    return directory.resolve(FILE).toString();
  }

  /** Whether the tokenizer is BERT's, whose options overrule {@code tokenizer.json}. */
  boolean isBert() {
    return !tokenizerClass.equals(PLAIN);
  }

  /** Whether the options name no added tokens, so that older files count. */
  boolean isLegacy() {
    return !json.has(ADDED_TOKENS);
  }

  /** The value of a key; a missing node if there is none. */
  JsonNode get(String key) {
    return json.path(key);
  }

  /** Takes the token of padding from {@code tokenizer.json} where the options are silent. */
  void followPadding(JsonNode padding) {
    JsonNode token = padding.path("pad_token");
    if (!json.has("pad_token") && !isBert() && token.isTextual()) {
      json.set("pad_token", token);
    }
  }

  /** How text is cleaned before it is split. */
  Cleaning cleaning() {
    return new Cleaning(
        flag("do_lower_case", true),
        flag("tokenize_chinese_chars", true),
        json.hasNonNull("strip_accents") ? flag("strip_accents", false) : null);
  }

  /**
   * Refuses what transformers takes from elsewhere than {@code tokenizer.json}.
   *
   * @throws BundleException if it does
   */
  void requireTokenizerJson() {
    if (json.has("tokenizer_file")) {
      throw unsupported("tokenizer_file", "supported: none, it is " + BundleFiles.TOKENIZER);
    }
    if (json.path("fast_tokenizer_files").size() > 0) {
      throw unsupported("fast_tokenizer_files", "supported: none");
    }
  }

  /**
   * Refuses what transformers takes from elsewhere than {@code vocab.txt}.
   *
   * @throws BundleException if it does, or the class reads no vocabulary
   */
  void requireVocabulary() {
    if (!isBert()) {
      throw new BundleException(
          "Cannot import %s: tokenizer_class %s reads %s, which is missing"
              .formatted(directory, tokenizerClass, BundleFiles.TOKENIZER));
    }
    if (json.has("vocab_file")) {
      throw unsupported("vocab_file", "supported: none, it is " + ImportedTokenizer.VOCABULARY);
    }
  }

  /** A refusal that names the file, the key and its value. */
  BundleException unsupported(String key, String supported) {
    return new BundleException(
        "Cannot read %s: %s %s is not supported (%s)"
            .formatted(source(), key, text(json.path(key)), supported));
  }

  private static String tokenizerClass(Path directory, JsonNode json, JsonNode config) {
    boolean own = json.hasNonNull(CLASS);
    JsonNode name = own ? json.get(CLASS) : config.path(CLASS);
    String value = own || config.hasNonNull(CLASS) ? text(name) : BERT;
    if (!Set.of(BERT, BERT_FAST, PLAIN).contains(value)) {
      throw new BundleException(
          "Cannot read %s: %s %s is not supported (supported: %s, %s, %s)"
              .formatted(
                  directory.resolve(own ? FILE : BundleFiles.CONFIG),
                  CLASS,
                  value,
                  BERT,
                  BERT_FAST,
                  PLAIN));
    }
    return value;
  }

  /** The values of the older file count; special tokens that it spells out are special. */
  private static void addLegacy(ObjectNode json, ObjectNode map) {
    map.fields()
        .forEachRemaining(
            entry -> {
              JsonNode value = SpecialTokens.marked(entry.getValue());
              if (entry.getKey().equals(SpecialTokens.ADDITIONAL) && value.isArray()) {
                boolean present = json.path(SpecialTokens.ADDITIONAL) instanceof ArrayNode;
                ArrayNode all =
                    present
                        ? (ArrayNode) json.get(SpecialTokens.ADDITIONAL)
                        : json.putArray(SpecialTokens.ADDITIONAL);
                value.forEach(all::add);
              } else {
                json.set(entry.getKey(), value);
              }
            });
  }

  private void refuseUnsupported() {
    for (String key : new String[] {"split_special_tokens", "from_slow"}) {
      if (flag(key, false)) {
        throw unsupported(key, "supported: false");
      }
    }
    for (String key : new String[] {"extra_special_tokens", "init_inputs"}) {
      if (json.path(key).size() > 0) {
        throw unsupported(key, "supported: none");
      }
    }
    if (json.hasNonNull("auto_map")) {
      throw unsupported("auto_map", "a model brings no code");
    }
    if (json.path("truncation_side").asText("right").equals("left")) {
      throw unsupported("truncation_side", "supported: right; --long-documents decides");
    }
    if (json.has(ADDED_TOKENS) && !json.get(ADDED_TOKENS).isObject()) {
      throw unsupported(ADDED_TOKENS, "supported: tokens by id");
    }
  }

  private boolean flag(String key, boolean missing) {
    JsonNode value = json.path(key);
    if (value.isMissingNode()) {
      return missing;
    }
    if (!value.isBoolean()) {
      throw unsupported(key, "supported: true, false");
    }
    return value.booleanValue();
  }

  private static String text(JsonNode value) {
    return value.isTextual() ? value.textValue() : value.toString();
  }
}
