package io.github.ptcspark.job.report.document;

import io.github.ptcspark.inference.TracedWindow;
import io.github.ptcspark.inference.WordPiece;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the model read at once of a document.
 *
 * @param words in their order, [CLS] first and [SEP] last
 */
public record ReadWindow(List<ReadWord> words) {

  /** Copies the list. */
  public ReadWindow {
    words = List.copyOf(words);
  }

  /**
   * Puts pieces together to words.
   *
   * @param text the document
   * @param pieces all word pieces of it
   * @param saliency of the window's tokens
   * @param lastWordLayer the last layer that sees word pieces
   */
  static ReadWindow of(
      String text,
      List<WordPiece> pieces,
      TracedWindow window,
      float[] saliency,
      int lastWordLayer) {
    List<ReadWord> words = new ArrayList<>();
    int last = window.ids().size() - 1;
    int written = 0;
    for (int from = 0; from <= last; ) {
      boolean special = from == 0 || from == last;
      int to = special ? from + 1 : endOfWord(pieces, window, from);
      int piece = special ? -1 : window.pieces().get(from - 1);
      int start = 0;
      int end = 0;
      if (!special) {
        start = Math.max(written, pieces.get(piece).start());
        end = Math.max(start, pieces.get(window.pieces().get(to - 2)).end());
        written = end;
      }
      int lastLayer = Collections.max(window.lastLayers().subList(from, to));
      double sum = 0;
      for (int token = from; token < to; token++) {
        sum += saliency[token];
      }
      words.add(
          new ReadWord(
              special ? (from == 0 ? "[CLS]" : "[SEP]") : text.substring(start, end),
              special,
              start,
              end,
              piece,
              to - from,
              lastLayer,
              lastLayer == lastWordLayer,
              groups(window, from, to),
              sum));
      from = to;
    }
    return new ReadWindow(words);
  }

  private static int endOfWord(List<WordPiece> pieces, TracedWindow window, int from) {
    int first = window.pieces().get(from - 1);
    int to = from + 1;
    while (to < window.ids().size() - 1
        && window.pieces().get(to - 1) == first + to - from
        && pieces.get(first + to - from).word() == pieces.get(first).word()) {
      to++;
    }
    return to;
  }

  private static List<Integer> groups(TracedWindow window, int from, int to) {
    if (window.groups().isEmpty()) {
      return List.of();
    }
    Map<Integer, Integer> counts = new LinkedHashMap<>();
    for (int group : window.groups().subList(from, to)) {
      if (group != TracedWindow.NONE) {
        counts.merge(group + 1, 1, Integer::sum);
      }
    }
    return counts.entrySet().stream()
        .sorted(Comparator.comparing(Map.Entry<Integer, Integer>::getValue).reversed())
        .map(Map.Entry::getKey)
        .toList();
  }
}
