package io.github.ptcspark.spark;

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
}
