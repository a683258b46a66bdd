package io.github.ptcspark.inference;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.ptcspark.bundle.BundleException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Word pieces of documents of any length. A long text is read in pieces cut where BERT's tokenizer
 * cuts anyway, so that its memory, some hundred bytes a character outside of the heap, does not
 * grow with the text: at white space, or beside an ideograph or punctuation if there is no space
 * for long. What is none of these for a million characters is one word; the tokenizer gives [UNK]
 * for a word of more than a hundred, so the beginning stands for all of it. Threads may share it.
 */
public final class DocumentTokenizer implements AutoCloseable {

  private static final int PIECE = 1 << 16;
  private static final int LONGEST = 1 << 20;

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
    } catch (IOException | RuntimeException e) {
      throw new BundleException("Cannot read tokenizer.json: " + e.getMessage(), e);
    }
    long[] empty = tokenizer.encode("", true, false).getIds();
    if (empty.length != 2) {
      tokenizer.close();
      throw new BundleException(
          "Cannot read tokenizer.json: an empty text becomes %s tokens instead of [CLS] and [SEP]"
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
    List<int[]> pieces = new ArrayList<>(); // As small as ids are: there may be one for each byte.
    int from = 0;
    while (from < text.length()) {
      int to = end(text, from);
      long[] ids = encode(text.substring(from, Math.min(to, from + LONGEST)));
      pieces.add(Arrays.stream(ids).mapToInt(Math::toIntExact).toArray());
      from = to;
    }
    long[] all = new long[pieces.stream().mapToInt(ids -> ids.length).sum()];
    int count = 0;
    for (int[] piece : pieces) {
      for (int id : piece) {
        all[count++] = id;
      }
    }
    return all;
  }

  /** Where a piece ends. It is too long only if it is one word from its beginning to its end. */
  private static int end(String text, int from) {
    int to = Math.min(text.length(), from + PIECE);
    int last = -1;
    while (to < text.length() && !Character.isWhitespace(text.charAt(to))) {
      if (isAlone(text.charAt(to))) {
        last = to;
      }
      if (to - from >= LONGEST && last >= 0) {
        return last;
      }
      to++;
    }
    return to;
  }

  /**
   * Whether the tokenizer makes a word of the character alone, whatever stands beside it:
   * punctuation that is in no special token, an ideograph or the first half of one.
   */
  private static boolean isAlone(char c) {
    return ".,;:!?\u3001\u3002\uff0c".indexOf(c) >= 0
        || (c >= '\u3400' && c <= '\u4dbf')
        || (c >= '\u4e00' && c <= '\u9fff')
        || (c >= '\uf900' && c <= '\ufaff')
        || (c >= '\ud840' && c <= '\ud869');
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
