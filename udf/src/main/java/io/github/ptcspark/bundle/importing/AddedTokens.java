package io.github.ptcspark.bundle.importing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.JsonDocument;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tokens beside a vocabulary, with the ids that Hugging Face's library gives them: a token of
 * the vocabulary keeps its id, another gets the next free one, whatever a file says.
 */
final class AddedTokens {

  private record Entry(AddedToken token, int id, String file) {
    ObjectNode json() {
      return token.json(id);
    }
  }

  private final JsonNode vocabulary;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private int highestId = -1;

  /** No tokens beside a vocabulary: ids by word piece. */
  AddedTokens(JsonNode vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** Whether there is a token of this content. */
  boolean has(String content) {
    return entries.containsKey(content);
  }

  /** The id that a token has or would get. */
  int id(String content) {
    Entry entry = entries.get(content);
    if (entry != null) {
      return entry.id();
    }
    return vocabulary.has(content)
        ? vocabulary.get(content).intValue()
        : Math.max(highestId + 1, vocabulary.size());
  }

  /**
   * Adds a token.
   *
   * @param file the file that says so
   * @throws BundleException if another file says something else of it
   */
  void add(AddedToken token, String file) {
    Entry present = entries.get(token.content());
    if (present == null) {
      int id = id(token.content());
      entries.put(token.content(), new Entry(token, id, file));
      highestId = Math.max(highestId, id);
    } else if (!present.token().isFoundAs(token)) {
      throw new BundleException(
          "Cannot read %s: token %s contradicts %s, where it is %s"
              .formatted(file, token.json(id(token.content())), present.file(), present.json()));
    }
  }

  /**
   * Adds a token of which a file says the id.
   *
   * @throws BundleException if another file says something else of it, or it gets another id
   */
  void add(AddedToken token, JsonNode declaredId, String file) {
    add(token, file);
    int id = id(token.content());
    if (!declaredId.isIntegralNumber()
        || !declaredId.canConvertToInt()
        || declaredId.intValue() != id) {
      throw new BundleException(
          "Cannot read %s: added token \"%s\" has id %s there, but transformers gives it %s"
              .formatted(file, token.content(), declaredId, id));
    }
  }

  /**
   * Makes sure that it does not matter which of two normalisers saw the tokens: transformers
   * normalises them by {@code tokenizer.json}, and texts by the options that overrule it.
   *
   * @throws BundleException if a normaliser could change one that is looked for in normalised texts
   */
  void requireNormalForms(String overruling) {
    for (Entry entry : entries.values()) {
      AddedToken token = entry.token();
      if (token.normalized() && !token.content().chars().allMatch(AddedTokens::isNormal)) {
        throw new BundleException(
            "Cannot read %s: added token \"%s\" would be normalised in another way than texts, which"
                    .formatted(entry.file(), token.content())
                + " follow "
                + overruling);
      }
    }
  }

  private static boolean isNormal(int c) {
    return c >= ' ' && c <= '~' && !Character.isUpperCase(c);
  }

  /** The {@code added_tokens} of {@code tokenizer.json}, by id. */
  ArrayNode json() {
    ArrayNode json = JsonDocument.create().putArray("added_tokens");
    entries.values().stream()
        .sorted(Comparator.comparingInt(Entry::id))
        .forEach(entry -> json.add(entry.json()));
    return json;
  }
}
