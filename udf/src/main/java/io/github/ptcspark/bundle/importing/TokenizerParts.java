package io.github.ptcspark.bundle.importing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.importing.VocabularyTokenizer.Cleaning;

/** The parts of a {@code tokenizer.json} that depend on what other files say. */
final class TokenizerParts {

  private static final String NORMALIZER = "BertNormalizer";

  private final ObjectNode json;
  private final String source;

  /** The parts of a file. */
  TokenizerParts(ObjectNode json, String source) {
    this.json = json;
    this.source = source;
  }

  /**
   * Follows the options as {@code BertTokenizerFast} does, which lets them overrule BERT's
   * normaliser and leaves others as they are.
   *
   * @return whether that changed the normaliser
   * @throws BundleException if there is none that BERT's tokenizer could look at
   */
  boolean follow(TokenizerOptions options) {
    if (!options.isBert()) {
      return false;
    }
    Cleaning cleaning = options.cleaning();
    JsonNode normalizer = json.path("normalizer");
    if (!normalizer.isObject()) {
      throw new BundleException(
          "Cannot read %s: it has no normalizer, which BertTokenizer needs".formatted(source));
    }
    JsonNode before = normalizer.deepCopy();
    if (normalizer.path("type").asText().equals(NORMALIZER)) {
      ((ObjectNode) normalizer)
          .put("handle_chinese_chars", cleaning.chineseCharacters())
          .put("strip_accents", cleaning.stripAccents())
          .put("lowercase", cleaning.lowercase());
    }
    return !normalizer.equals(before);
  }

  /**
   * Makes sure that one text becomes [CLS], its word pieces and [SEP], all of token type 0.
   *
   * @throws BundleException if it becomes anything else
   */
  void checkPostProcessor() {
    JsonNode processor = json.path("post_processor");
    String type = processor.path("type").asText();
    if (type.equals("BertProcessing")) {
      return;
    }
    if (!type.equals("TemplateProcessing")) {
      throw new BundleException(
          "Cannot read %s: post_processor %s is not supported (supported: TemplateProcessing,"
                  .formatted(source, type)
              + " BertProcessing)");
    }
    JsonNode template = processor.path("single");
    boolean fits =
        template.size() == 3
            && isPiece(template.get(0), "SpecialToken")
            && isPiece(template.get(1), "Sequence")
            && isPiece(template.get(2), "SpecialToken");
    if (!fits) {
      throw new BundleException(
          "Cannot read %s: post_processor.single %s is not supported (supported: [CLS] A [SEP] of"
                  .formatted(source, template)
              + " type 0)");
    }
  }

  private static boolean isPiece(JsonNode piece, String kind) {
    return piece.path(kind).path("type_id").asInt(-1) == 0;
  }
}
