package io.github.ptcspark.spark;

import io.github.ptcspark.inference.PreparedText;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Why a document gets no label, as {@code error.code} says it. */
public enum Reject {
  /** The text is null, empty, white space, or all of it is what tokenizers drop. */
  EMPTY_TEXT("empty-text"),
  /** The record could not be parsed; the message holds its raw text. */
  MALFORMED_RECORD("malformed-record"),
  /** The model refused this document, see {@code InferenceException}. */
  INFERENCE_FAILED("inference-failed");

  /** The message of a text that has characters but no word piece. */
  private static final String UNSEEN = "the model sees no characters in the text";

  private final String code;

  Reject(String code) {
    this.code = code;
  }

  /** The value of {@code error.code}. */
  public String code() {
    return code;
  }

  /** The value of {@code error}. */
  public Row error(String message) {
    return RowFactory.create(code, message);
  }

  /** What is wrong with a text in which there is nothing to read, before the tokenizer sees it. */
  public static Optional<String> emptiness(String text) {
    if (text == null) {
      return Optional.of("the text is null");
    }
    return text.isBlank() ? Optional.of("the text is empty or blank") : Optional.empty();
  }

  /** The same of what the tokenizer makes of a text. */
  public static Optional<String> emptiness(PreparedText text) {
    return text.wordPieces() == 0 ? Optional.of(UNSEEN) : Optional.empty();
  }
}
