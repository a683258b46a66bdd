package io.github.ptcspark.bundle.importing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.JsonDocument;

/**
 * A token that is found in a text before the text is split into words; the flags have their names
 * in {@code tokenizer.json}.
 *
 * @param content what stands in the text
 * @param singleWord whether it counts only where no letter stands beside it
 * @param lstrip whether white space before it belongs to it
 * @param rstrip whether white space behind it belongs to it
 * @param normalized whether it is looked for in the normalised text
 * @param special whether it is one of the model's own, such as [SEP]
 */
record AddedToken(
    String content,
    boolean singleWord,
    boolean lstrip,
    boolean rstrip,
    boolean normalized,
    boolean special) {

  /** A special token of which a file says nothing but its content. */
  static AddedToken special(String content) {
    return new AddedToken(content, false, false, false, false, true);
  }

  /** A token of {@code added_tokens.json}, which says nothing but contents. */
  static AddedToken legacy(String content, boolean named, boolean special) {
    return new AddedToken(content, false, false, false, !named, special);
  }

  /**
   * Reads a token that a file spells out. What it leaves out is false, but for {@code normalized},
   * which then holds for all but special tokens.
   *
   * @param special whether it is special even if the file does not say so
   * @param failure the beginning of the message, as in "Cannot read FILE: KEY"
   * @throws BundleException if it has no content or a flag is neither true nor false
   */
  static AddedToken read(JsonNode json, boolean special, String failure) {
    String content = content(json, failure);
    boolean isSpecial = flag(json, "special", false, failure) || special;
    return new AddedToken(
        content,
        flag(json, "single_word", false, failure),
        flag(json, "lstrip", false, failure),
        flag(json, "rstrip", false, failure),
        flag(json, "normalized", !isSpecial, failure),
        isSpecial);
  }

  /** The content of a token that a file spells out. */
  static String content(JsonNode json, String failure) {
    JsonNode content = json.path("content");
    if (!content.isTextual() || content.textValue().isEmpty()) {
      throw new BundleException("%s: %s has no content".formatted(failure, json));
    }
    return content.textValue();
  }

  /** Whether it is found in the same places of a text as another. */
  boolean isFoundAs(AddedToken other) {
    return content.equals(other.content)
        && singleWord == other.singleWord
        && lstrip == other.lstrip
        && rstrip == other.rstrip
        && normalized == other.normalized;
  }

  ObjectNode json(int id) {
    return JsonDocument.create()
        .put("id", id)
        .put("content", content)
        .put("single_word", singleWord)
        .put("lstrip", lstrip)
        .put("rstrip", rstrip)
        .put("normalized", normalized)
        .put("special", special);
  }

  private static boolean flag(JsonNode json, String name, boolean missing, String failure) {
    JsonNode flag = json.path(name);
    if (flag.isMissingNode() || flag.isNull()) {
      return missing;
    }
    if (!flag.isBoolean()) {
      throw new BundleException(
          "%s: %s of %s is neither true nor false".formatted(failure, name, json));
    }
    return flag.booleanValue();
  }
}
