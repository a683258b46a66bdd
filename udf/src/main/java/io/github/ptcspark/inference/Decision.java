package io.github.ptcspark.inference;

import java.util.Arrays;
import java.util.List;

/**
 * What a step of a policy decided about one document.
 *
 * @param layer after whose attention, or in whose place, counted from 1
 * @param kind what it says
 * @param places see {@link Kind}
 */
record Decision(int layer, Kind kind, List<Integer> places) {

  /** A decision as the program gives it. */
  static Decision of(long layer, long kind, long[] places) {
    return new Decision(
        Math.toIntExact(layer),
        Kind.of(kind),
        Arrays.stream(places).mapToObj(Math::toIntExact).toList());
  }

  /** What a decision says. */
  enum Kind {
    /** The places that stay among the word pieces that were kept, ascending. */
    STAYING,
    /** Of every word piece that is left the combination token that it goes to. */
    COMBINED,
    /**
     * The places that stay among the word pieces that were kept, ascending; the others were merged
     * into them.
     */
    MERGED;

    /** The kind that the program calls 0, 1 or 2. */
    static Kind of(long code) {
      return values()[Math.toIntExact(code)];
    }
  }
}
