package io.github.ptcspark.inference;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.ptcspark.bundle.BundleException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Word pieces of documents of any length. A long text is read in pieces cut at white space, where
 * BERT's tokenizer cuts anyway, so that memory does not grow with the text. Threads may share it.
 */
public final class DocumentTokenizer implements AutoCloseable {

  private static final int PIECE = 1 << 16;

  private final HuggingFaceTokenizer tokenizer;
  private final long start;
  private final long end;

  /**
   * A tokenizer.
   *
   * @param tokenizerJson the content of {@code tokenizer.json}
   */
  public DocumentTokenizer(String tokenizerJson) {
    NativeRuntime.load();
    try {
      tokenizer =
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(tokenizerJson.getBytes(StandardCharsets.UTF_8)),
              Map.of("truncation", "do_not_truncate", "padding", "do_not_pad"));
    } catch (IOException e) {
      throw new BundleException("Cannot read tokenizer.json: " + e.getMessage(), e);
    }
    long[] empty = tokenizer.encode("", true, false).getIds();
    if (empty.length != 2) {
      tokenizer.close();
      throw new BundleException(
          "Cannot read tokenizer.json: an empty text becomes %d tokens instead of [CLS] and [SEP]"
              .formatted(empty.length));
    }
    start = empty[0];
    end = empty[1];
  }

  /** The id of [CLS]. */
  public long start() {
    return start;
  }

  /** The id of [SEP]. */
  public long end() {
    return end;
  }

  /**
   * Ids of all word pieces of a text, without [CLS] and [SEP].
   *
   * @throws InferenceException if the tokenizer refuses the text
   */
  public long[] wordPieces(String text) {
    if (text.length() <= PIECE) {
      return encode(text);
    }
    LongStream.Builder ids = LongStream.builder();
    int from = 0;
    while (from < text.length()) {
      int to = from + PIECE;
      while (to < text.length() && !Character.isWhitespace(text.charAt(to))) {
        to++;
      }
      to = Math.min(to, text.length());
      for (long id : encode(text.substring(from, to))) {
        ids.add(id);
      }
      from = to;
    }
    return ids.build().toArray();
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private long[] encode(String text) {
    try {
      return tokenizer.encode(text, false, false).getIds();
    } catch (RuntimeException e) {
      if (e.getClass() != RuntimeException.class) {
        throw e; // Of Java, not what the tokenizer says of the text: it is closed, say.
      }
      throw new InferenceException("the tokenizer refuses the text: " + e.getMessage(), e);
    }
  }
}
