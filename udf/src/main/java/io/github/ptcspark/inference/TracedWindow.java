package io.github.ptcspark.inference;

import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.PtcPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What became of the tokens that a model reads at once.
 *
 * @param ids of the tokens, [CLS] and [SEP] included
 * @param pieces the places in the document of the word pieces between [CLS] and [SEP]
 * @param lastLayers of every token the last layer, counted from 1, in which its key and value take
 *     part, or which combines it; the last layer that sees word pieces if it was never pruned
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
   * @param steps what {@code encode} of the program says of one document, layer by layer
   */
  static TracedWindow of(
      PruningPolicy policy,
      int lastWordLayer,
      List<Long> ids,
      List<Integer> pieces,
      List<long[]> steps) {
    List<Integer> lastLayers = new ArrayList<>(Collections.nCopies(ids.size(), lastWordLayer));
    List<Integer> groups = new ArrayList<>();
    if (policy instanceof PtcPolicy ptc) {
      List<Integer> alive = range(ids.size());
      int prunings = ptc.combines() ? steps.size() - 1 : steps.size();
      for (int step = 0; step < prunings; step++) {
        List<Integer> staying = new ArrayList<>();
        for (long place : steps.get(step)) {
          staying.add(alive.get(Math.toIntExact(place)));
        }
        alive.removeAll(staying);
        for (int token : alive) {
          lastLayers.set(token, ptc.firstPrunedLayer() - 1 + step * ptc.every());
        }
        alive = staying;
      }
      if (ptc.combines()) {
        List<Integer> words = ptc.scope() == PtcPolicy.Scope.TOKENS ? alive : range(ids.size());
        groups.addAll(Collections.nCopies(ids.size(), NONE));
        for (int word = 0; word < words.size(); word++) {
          groups.set(words.get(word), Math.toIntExact(steps.get(prunings)[word]));
        }
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
