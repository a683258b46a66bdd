package io.github.ptcspark.testing;

import io.github.ptcspark.pruning.LayerRange;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.Combining;
import io.github.ptcspark.pruning.methods.Ptc;
import io.github.ptcspark.pruning.methods.Ratio;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;

/** Policies in one line. */
public final class Policies {

  private Policies() {}

  /** Ratio pruning in every layer from one on. */
  public static PruningPolicy ratio(
      double keepRatio, Fuzzy fuzzy, Scope scope, int firstPrunedLayer, int minimumTokens) {
    return PruningPolicy.of(
        new Ratio(keepRatio, fuzzy, scope, LayerRange.from(firstPrunedLayer), 1, minimumTokens));
  }

  /** PTC; ratio pruning alone if the combining layer and its tokens are 0. */
  public static PruningPolicy ptc(
      double keepRatio,
      Fuzzy fuzzy,
      Scope scope,
      int firstPrunedLayer,
      int every,
      int combiningLayer,
      int combinationTokens,
      int minimumTokens) {
    Ratio ratio =
        new Ratio(keepRatio, fuzzy, scope, LayerRange.from(firstPrunedLayer), every, minimumTokens);
    return combiningLayer == 0 && combinationTokens == 0
        ? PruningPolicy.of(ratio)
        : PruningPolicy.of(new Ptc(ratio, new Combining(combiningLayer, combinationTokens)));
  }
}
