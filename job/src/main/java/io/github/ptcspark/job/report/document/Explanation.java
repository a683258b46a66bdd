package io.github.ptcspark.job.report.document;

import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.pruning.Combination;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How a model read a document.
 *
 * @param name the document as the user named it
 * @param text of the document
 * @param model the model as the user named it
 * @param digest of the model
 * @param settings how it was run
 * @param labels names of the classes by label id
 * @param layers of the encoder
 * @param classification what a run says of the document
 * @param first what the first reading says; the same unless the document was read again
 * @param unpruned what it would say in full; absent if that is how the settings read, or it would
 *     be refused
 * @param fullModel whether another model reads in full, not the same weights without pruning
 * @param pieces how many word pieces the document has
 * @param windows what was read at once
 */
public record Explanation(
    String name,
    String text,
    String model,
    String digest,
    ModelSettings settings,
    List<String> labels,
    int layers,
    Classification classification,
    Classification first,
    Optional<Classification> unpruned,
    boolean fullModel,
    int pieces,
    List<ReadWindow> windows) {

  /** Copies the lists. */
  public Explanation {
    labels = List.copyOf(labels);
    windows = List.copyOf(windows);
  }

  /** The layer that combines, if one does. */
  public Optional<Integer> combiningLayer() {
    return settings.policy().combination().map(Combination::layer);
  }

  /** How many combination tokens there are. */
  public int combinationTokens() {
    return settings.policy().combination().map(Combination::tokens).orElse(0);
  }

  /** Whether a pruned token keeps its query and hidden state. */
  public boolean keysAndValuesOnly() {
    return settings.policy().prunesKeysAndValues();
  }

  /** Whether the settings prune. */
  public boolean prunes() {
    return settings.policy().prunes();
  }

  /** The last layer that sees word pieces. */
  public int lastWordLayer() {
    return settings.policy().lastWordLayer(layers);
  }

  /** All words of all windows. */
  public List<ReadWord> words() {
    return windows.stream().flatMap(window -> window.words().stream()).toList();
  }

  /** The words that went after a layer. */
  public List<ReadWord> wentAfter(int layer) {
    return words().stream().filter(word -> !word.stayed() && word.lastLayer() == layer).toList();
  }

  /** The words of which a combination token, counted from 1, took a piece. */
  public List<ReadWord> takenBy(int group) {
    return words().stream().filter(word -> word.groups().contains(group)).toList();
  }

  /** The largest saliency, without its sign. */
  public double largestSaliency() {
    return words().stream().mapToDouble(word -> Math.abs(word.saliency())).max().orElse(0);
  }

  /** The words with the largest saliency, without its sign, those first. */
  public List<ReadWord> mostSalient(int limit) {
    return words().stream()
        .sorted(Comparator.comparingDouble((ReadWord word) -> Math.abs(word.saliency())).reversed())
        .limit(limit)
        .toList();
  }

  /** The stretches of a window, and of what no window read beside it. */
  public List<Segment> segments(ReadWindow window) {
    List<Segment> segments = new ArrayList<>();
    List<ReadWord> words = window.words();
    int place = windows.indexOf(window);
    boolean first = place == 0;
    boolean last = place == windows.size() - 1;
    segments.add(Segment.of(words.get(0)));
    int at = first ? 0 : words.get(1).start();
    int piece = first ? 0 : words.get(1).firstPiece();
    for (ReadWord word : words.subList(1, words.size() - 1)) {
      add(segments, at, word.start(), word.firstPiece() > piece);
      segments.add(Segment.of(word));
      at = word.end();
      piece = word.firstPiece() + word.pieces();
    }
    if (last) {
      add(segments, at, text.length(), piece < pieces);
    }
    segments.add(Segment.of(words.get(words.size() - 1)));
    return segments;
  }

  private void add(List<Segment> segments, int from, int to, boolean words) {
    if (to > from) {
      String between = text.substring(from, to);
      segments.add(words ? Segment.unread(between) : Segment.gap(between));
    }
  }
}
