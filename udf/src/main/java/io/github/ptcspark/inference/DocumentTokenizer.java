package io.github.ptcspark.inference;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import io.github.ptcspark.bundle.BundleException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Word pieces of documents of any length. A long text is read in parts cut where its word pieces
 * stay what they are, see {@link TextCuts}, so that its memory, some hundred bytes a character
 * outside of the heap, does not grow with the text. A part that cannot be cut is one word, of which
 * as much is read as makes it too long to be known. Threads may share it.
 */
public final class DocumentTokenizer implements AutoCloseable {

  private static final int PIECE = 1 << 16;
  private static final int LONGEST = 1 << 20;

  private final HuggingFaceTokenizer tokenizer;
  private final TextCuts cuts;
  private final int piece;
  private final int longest;
  private final long start;
  private final long end;

  /**
   * A tokenizer.
   *
   * @param tokenizerJson the content of {@code tokenizer.json}
   */
  public DocumentTokenizer(String tokenizerJson) {
    this(tokenizerJson, PIECE, LONGEST);
  }

  /**
   * A tokenizer.
   *
   * @param piece the characters of a part of a long text
   * @param longest the characters of a part that cannot be cut
   */
  DocumentTokenizer(String tokenizerJson, int piece, int longest) {
    NativeRuntime.load();
    this.piece = piece;
    this.longest = longest;
    cuts = new TextCuts(tokenizerJson);
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
    if (text.length() <= piece) {
      return encode(text).getIds();
    }
    List<int[]> pieces = new ArrayList<>(); // As small as ids are: there may be one for each byte.
    int from = 0;
    while (from < text.length()) {
      int to = cuts.next(text, from, piece);
      long[] ids = encode(part(text, from, to)).getIds();
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

  /**
   * Where the word pieces of a text stand in it, one for each of {@link #wordPieces}.
   *
   * @throws InferenceException if the tokenizer refuses the text
   */
  List<WordPiece> spans(String text) {
    List<WordPiece> spans = new ArrayList<>();
    int words = 0;
    int from = 0;
    while (from < text.length()) {
      int to = cuts.next(text, from, piece);
      String part = part(text, from, to);
      Encoding encoding = encode(part);
      CodePoints characters = new CodePoints(part);
      long known = -1;
      for (int i = 0; i < encoding.getIds().length; i++) {
        long word = encoding.getWordIds()[i];
        if (i == 0 || word < 0 || word != known) {
          words++;
        }
        known = word;
        CharSpan span = encoding.getCharTokenSpans()[i];
        boolean whole = span == null || part.length() != to - from;
        spans.add(
            whole
                ? new WordPiece(from, to, words)
                : new WordPiece(
                    from + characters.place(span.getStart()),
                    from + characters.place(span.getEnd()),
                    words));
      }
      from = to;
    }
    return spans;
  }

  private String part(String text, int from, int to) {
    return to - from > longest ? word(text, from, to) : text.substring(from, to);
  }

  /** Places in a text, which the tokenizer counts in characters and Java in units of UTF-16. */
  private static final class CodePoints {

    private final String text;
    private int characters;
    private int units;

    CodePoints(String text) {
      this.text = text;
    }

    int place(int character) {
      units = text.offsetByCodePoints(units, character - characters);
      characters = character;
      return units;
    }
  }

  /**
   * A shorter text for a part that cannot be cut: without stretches of which the tokenizer makes
   * nothing, and no more than makes a word too long to be known.
   */
  private String word(String text, int from, int to) {
    if (!cuts.isOneWord(text, from, to)) {
      throw new InferenceException(
          "the tokenizer has to read %s characters at once, more than %s"
              .formatted(to - from, longest));
    }
    int step = Math.max(2, longest / (cuts.longestWord() + 1));
    StringBuilder word = new StringBuilder();
    int stretches = 0;
    int start = from;
    while (start < to && stretches <= cuts.longestWord()) {
      int end = Math.min(to, start + step);
      if (end < to && Character.isLowSurrogate(text.charAt(end))) {
        end--;
      }
      String stretch = text.substring(start, end);
      if (encode(stretch).getIds().length > 0) {
        word.append(stretch);
        stretches++;
      }
      start = end;
    }
    return word.toString();
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private Encoding encode(String text) {
    try {
      return tokenizer.encode(text, false, false);
    } catch (RuntimeException e) {
      if (e.getClass() != RuntimeException.class) {
        throw e; // Of Java, not what the tokenizer says of the text: it is closed, say.
      }
      throw new InferenceException("the tokenizer refuses the text: " + e.getMessage(), e);
    }
  }
}
