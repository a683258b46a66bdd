package io.github.ptcspark.inference;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What became of the tokens that a model reads at once.
 *
 * @param ids of the tokens, [CLS] and [SEP] included
 * @param pieces the places in the document of the word pieces between [CLS] and [SEP]
 * @param lastLayers of every token the last layer, counted from 1, in which its key and value take
 *     part, or which combines it; the last layer that sees word pieces if it was never pruned or
 *     merged into another
 * @param groups of every token the combination token that took it, counted from 0, or {@value
 *     #NONE}; empty if the policy does not combine
 */
public record TracedWindow(
    List<Long> ids, List<Integer> pieces, List<Integer> lastLayers, List<Integer> groups) {

  /** In place of a combination token: the token was not there to be combined. */
  public static final int NONE = -1;

  /** Copies the lists. */
  public TracedWindow {
    ids = List.copyOf(ids);
    pieces = List.copyOf(pieces);
    lastLayers = List.copyOf(lastLayers);
    groups = List.copyOf(groups);
  }

  /**
   * Follows the tokens of a window through a policy.
   *
   * @param lastWordLayer the last layer that sees word pieces
   * @param decisions of the policy's steps, in their order
   */
  static TracedWindow of(
      int lastWordLayer, List<Long> ids, List<Integer> pieces, List<Decision> decisions) {
    List<Integer> lastLayers = new ArrayList<>(Collections.nCopies(ids.size(), lastWordLayer));
    List<Integer> groups = new ArrayList<>();
    List<Integer> kept = range(ids.size());
    for (Decision decision : decisions) {
      List<Integer> places = decision.places();
      switch (decision.kind()) {
        case STAYING, MERGED -> {
          List<Integer> staying = new ArrayList<>();
          for (int place : places) {
            staying.add(kept.get(place));
          }
          kept.removeAll(staying);
          for (int token : kept) {
            lastLayers.set(token, decision.layer());
          }
          kept = staying;
        }
        case COMBINED -> {
          // Where keys and values alone were pruned, all words are combined.
          List<Integer> words = places.size() == kept.size() ? kept : range(ids.size());
          groups.addAll(Collections.nCopies(ids.size(), NONE));
          for (int word = 0; word < words.size(); word++) {
            groups.set(words.get(word), places.get(word));
          }
        }
        default -> throw new IllegalStateException("Unknown decision: " + decision.kind());
      }
    }
    return new TracedWindow(ids, pieces, lastLayers, groups);
  }

  private static List<Integer> range(int count) {
    List<Integer> range = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      range.add(i);
    }
    return range;
  }
}
