package io.github.ptcspark.inference;

import io.github.ptcspark.bundle.LongDocuments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Cuts the word pieces of a document into what the model reads at once. */
public final class DocumentReader {

  private final LongDocuments rule;
  private final int capacity;
  private final long start;
  private final long end;

  /**
   * A reader.
   *
   * @param maxTokens the most tokens the model reads at once, [CLS] and [SEP] included
   * @param start the id of [CLS]
   * @param end the id of [SEP]
   */
  public DocumentReader(LongDocuments rule, int maxTokens, long start, long end) {
    this.rule = rule;
    this.capacity = maxTokens - 2;
    this.start = start;
    this.end = end;
  }

  /** Whether the document is longer than the model reads at once. */
  public boolean isLong(long[] wordPieces) {
    return wordPieces.length > capacity;
  }

  /**
   * What is read of a document: token ids with [CLS] and [SEP], in one or more windows.
   *
   * <p>{@code head-tail} takes a quarter from the beginning and three quarters from the end (Sun et
   * al., How to Fine-Tune BERT for Text Classification, 2019: 128 and 382 of 510). {@code windows}
   * overlap by a quarter of a window; the last window is moved back so that it is full too.
   */
  public List<long[]> windows(long[] wordPieces) {
    int length = wordPieces.length;
    if (!isLong(wordPieces)) {
      return List.of(framed(wordPieces, 0, length));
    }
    return switch (rule) {
      case TRUNCATE -> List.of(framed(wordPieces, 0, capacity));
      case HEAD_TAIL -> List.of(headAndTail(wordPieces));
      case WINDOWS -> overlapping(wordPieces);
    };
  }

  /** Of each window the places of its word pieces in a document of so many. */
  List<List<Integer>> places(int wordPieces) {
    return windows(LongStream.range(0, wordPieces).toArray()).stream()
        .map(
            window ->
                Arrays.stream(window, 1, window.length - 1)
                    .mapToInt(Math::toIntExact)
                    .boxed()
                    .toList())
        .toList();
  }

  private long[] headAndTail(long[] wordPieces) {
    int head = (capacity + 2) / 4;
    int tail = capacity - head;
    long[] joined = new long[capacity];
    System.arraycopy(wordPieces, 0, joined, 0, head);
    System.arraycopy(wordPieces, wordPieces.length - tail, joined, head, tail);
    return framed(joined, 0, capacity);
  }

  private List<long[]> overlapping(long[] wordPieces) {
    int stride = capacity - capacity / 4;
    List<long[]> windows = new ArrayList<>();
    int from = 0;
    while (from + capacity < wordPieces.length) {
      windows.add(framed(wordPieces, from, capacity));
      from += stride;
    }
    windows.add(framed(wordPieces, wordPieces.length - capacity, capacity));
    return windows;
  }

  private long[] framed(long[] wordPieces, int from, int length) {
    long[] ids = new long[length + 2];
    ids[0] = start;
    System.arraycopy(wordPieces, from, ids, 1, length);
    ids[length + 1] = end;
    return ids;
  }
}
