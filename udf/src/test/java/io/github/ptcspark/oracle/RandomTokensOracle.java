package io.github.ptcspark.oracle;

import io.github.ptcspark.pruning.methods.RandomTokens;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A draw by SplitMix64 that hangs on the seed and on the word pieces.
 *
 * @param combining the layer in which all word pieces are combined
 */
record RandomTokensOracle(RandomTokens step, Optional<Integer> combining) implements StepOracle {

  @Override
  public void afterAttention(OracleDocument document, LayerAttention attention) {
    int next = attention.layer() + 1;
    if (next == step.layer()
        && step.keepRatio() < 1
        && RatioOracle.readsWords(next, step.scope(), combining)) {
      document.keep(chosen(document), step.scope());
    }
  }

  private List<Integer> chosen(OracleDocument document) {
    long hash = 0;
    long[] ids = document.ids();
    for (int i = 0; i < ids.length; i++) {
      hash += mix(((long) i << 32) + ids[i]);
    }
    long start = mix(hash + step.get(RandomTokens.SEED));
    List<Integer> kept = document.kept();
    int left = TokenSelection.left(step.keepRatio(), step.minimumTokens(), kept.size());
    List<Integer> drawn =
        IntStream.range(1, kept.size() - 1)
            .boxed()
            .sorted(Comparator.comparingLong(place -> mix(start + place)))
            .limit(left - 2)
            .sorted()
            .map(kept::get)
            .toList();
    List<Integer> chosen = new ArrayList<>();
    chosen.add(kept.get(0));
    chosen.addAll(drawn);
    chosen.add(kept.get(kept.size() - 1));
    return chosen;
  }

  /** The generator of java.util.SplittableRandom: a step of the state, then its mixing function. */
  private static long mix(long state) {
    long z = state + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
