package io.github.ptcspark.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;

/** Checks the content of {@code tokenizer.json}. */
public final class TokenizerJson {

  private static final List<String> SPECIAL_TOKENS = List.of("[UNK]", "[CLS]", "[SEP]");

  private TokenizerJson() {}

  /**
   * A word piece tokenizer as a model needs it: without truncation and padding, because windows are
   * cut elsewhere; otherwise as it is.
   *
   * @param vocabularySize rows of the word embeddings
   * @param failure the beginning of the message, as in "Cannot read FILE"
   * @throws BundleException if it is of another kind or does not fit the embeddings
   */
  public static String read(byte[] file, int vocabularySize, String failure) {
    ObjectNode json = JsonDocument.parse(file, failure);
    JsonNode model = json.path("model");
    String type = model.path("type").asText("unknown");
    if (!type.equals("WordPiece")) {
      throw new BundleException(
          "%s: tokenizer model %s is not supported (supported: WordPiece)"
              .formatted(failure, type));
    }
    JsonNode vocabulary = model.path("vocab");
    BitSet ids = new BitSet();
    vocabulary
        .fields()
        .forEachRemaining(
            piece -> {
              checkId(piece.getKey(), piece.getValue(), vocabularySize, failure);
              int id = piece.getValue().intValue();
              if (ids.get(id)) {
                throw new BundleException(
                    "%s: model.vocab: token \"%s\" has id %s, which another has"
                        .formatted(failure, piece.getKey(), id));
              }
              ids.set(id);
            });
    for (JsonNode added : json.path("added_tokens")) {
      checkId(added.path("content").asText(), added.path("id"), vocabularySize, failure);
    }
    for (String token : SPECIAL_TOKENS) {
      if (!vocabulary.has(token)) {
        throw new BundleException("%s: its vocabulary has no %s".formatted(failure, token));
      }
    }
    new TokenizerCheck(json, failure).check();
    if (json.hasNonNull("truncation") || json.hasNonNull("padding")) {
      json.putNull("truncation").putNull("padding");
      return json.toString();
    }
    return new String(file, StandardCharsets.UTF_8);
  }

  /** The content with its keys sorted, for digests. */
  static byte[] canonical(String tokenizer) {
    byte[] bytes = tokenizer.getBytes(StandardCharsets.UTF_8);
    return JsonDocument.canonical(JsonDocument.parse(bytes, "Cannot read tokenizer.json"));
  }

  private static void checkId(String piece, JsonNode id, int vocabularySize, String failure) {
    if (!TokenizerCheck.isInteger(id) || id.intValue() < 0 || id.intValue() >= vocabularySize) {
      throw new BundleException(
          "%s: token \"%s\" has id %s, but the model has %s word embeddings"
              .formatted(failure, piece, id, vocabularySize));
    }
  }
}
