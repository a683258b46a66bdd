package io.github.ptcspark.bundle.importing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ptcspark.bundle.BundleException;
import java.util.List;

/**
 * Writes the {@code tokenizer.json} of a BERT word piece vocabulary, as {@code BertTokenizerFast}
 * of Hugging Face would.
 */
public final class VocabularyTokenizer {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> SPECIAL_TOKENS =
      List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

  /**
   * How text is cleaned before it is split, under the names of {@code tokenizer_config.json}.
   *
   * @param lowercase {@code do_lower_case}
   * @param chineseCharacters {@code tokenize_chinese_chars}: each is a word of its own
   * @param stripAccents {@code strip_accents}; null to strip exactly when the text is lowercased
   */
  record Cleaning(boolean lowercase, boolean chineseCharacters, Boolean stripAccents) {
    static final Cleaning UNCASED = new Cleaning(true, true, null);
  }

  private VocabularyTokenizer() {}

  /**
   * The tokenizer of an uncased model.
   *
   * @param vocabulary word pieces by id
   * @throws BundleException if a piece stands twice or [UNK], [CLS] or [SEP] is missing
   */
  public static String json(List<String> vocabulary) {
    return tokenizer(vocabulary, Cleaning.UNCASED, "vocabulary").toPrettyString();
  }

  /** The tree of the file, for tokens to be added. */
  static ObjectNode tokenizer(List<String> vocabulary, Cleaning cleaning, String source) {
    ObjectNode pieces = JSON.createObjectNode();
    for (int id = 0; id < vocabulary.size(); id++) {
      if (pieces.has(vocabulary.get(id))) {
        throw new BundleException(
            "Cannot read %s: word piece \"%s\" stands twice, as id %s and %s"
                .formatted(
                    source, vocabulary.get(id), pieces.get(vocabulary.get(id)).intValue(), id));
      }
      pieces.put(vocabulary.get(id), id);
    }
    for (String token : List.of("[UNK]", "[CLS]", "[SEP]")) {
      if (!pieces.has(token)) {
        throw new BundleException("Cannot read %s: there is no %s".formatted(source, token));
      }
    }
    ObjectNode root = JSON.createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    root.set("added_tokens", addedTokens(pieces));
    root.putObject("normalizer")
        .put("type", "BertNormalizer")
        .put("clean_text", true)
        .put("handle_chinese_chars", cleaning.chineseCharacters())
        .put("strip_accents", cleaning.stripAccents())
        .put("lowercase", cleaning.lowercase());
    root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    root.set("post_processor", postProcessor(pieces));
    root.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
    root.putObject("model")
        .put("type", "WordPiece")
        .put("unk_token", "[UNK]")
        .put("continuing_subword_prefix", "##")
        .put("max_input_chars_per_word", 100)
        .set("vocab", pieces);
    return root;
  }

  private static ArrayNode addedTokens(ObjectNode pieces) {
    ArrayNode added = JSON.createArrayNode();
    for (String token : SPECIAL_TOKENS) {
      if (pieces.has(token)) {
        added.add(AddedToken.special(token).json(pieces.get(token).intValue()));
      }
    }
    return added;
  }

  /** {@code [CLS] A [SEP]} for one text, {@code [CLS] A [SEP] B [SEP]} for two. */
  private static ObjectNode postProcessor(ObjectNode pieces) {
    ObjectNode processor = JSON.createObjectNode().put("type", "TemplateProcessing");
    ArrayNode single = processor.putArray("single");
    addPiece(single, "SpecialToken", "[CLS]", 0);
    addPiece(single, "Sequence", "A", 0);
    addPiece(single, "SpecialToken", "[SEP]", 0);
    ArrayNode pair = processor.putArray("pair");
    single.forEach(piece -> pair.add(piece.deepCopy()));
    addPiece(pair, "Sequence", "B", 1);
    addPiece(pair, "SpecialToken", "[SEP]", 1);
    ObjectNode special = processor.putObject("special_tokens");
    for (String token : List.of("[CLS]", "[SEP]")) {
      ObjectNode entry = special.putObject(token).put("id", token);
      entry.putArray("ids").add(pieces.get(token).intValue());
      entry.putArray("tokens").add(token);
    }
    return processor;
  }

  private static void addPiece(ArrayNode template, String kind, String id, int typeId) {
    template.addObject().putObject(kind).put("id", id).put("type_id", typeId);
  }
}
