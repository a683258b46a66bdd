package io.github.ptcspark.oracle;

import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.Ratio;
import java.util.Optional;

/**
 * Ratio pruning, equations 4 to 7: what layer {@code l + 1} works on follows from the scores of
 * layer {@code l}.
 *
 * @param layers of the encoder
 * @param combining the layer in which all word pieces are combined
 */
record RatioOracle(Ratio ratio, int layers, Optional<Integer> combining) implements StepOracle {

  @Override
  public void afterAttention(OracleDocument document, LayerAttention attention) {
    if (isFewerIn(attention.layer() + 1)) {
      TokenSelection selection =
          TokenSelection.of(ratio, document.kept(), attention.scores(), document.length());
      document.trace().decision(selection.margin());
      document.keep(selection.kept(), ratio.scope());
    }
  }

  /** Whether a layer works on fewer tokens than the one before. */
  boolean isFewerIn(int layer) {
    int first = ratio.layers().first();
    return layer >= first
        && layer <= Math.min(ratio.layers().last(), layers)
        && (layer - first) % ratio.every() == 0
        && readsWords(layer, ratio.scope(), combining);
  }

  /**
   * Whether a layer reads what pruning takes away. The combining layer reads no keys and values, so
   * that there only the pruning of whole tokens means anything.
   */
  static boolean readsWords(int layer, Scope scope, Optional<Integer> combining) {
    return combining.isEmpty()
        || layer < combining.get()
        || (layer == combining.get() && scope == Scope.TOKENS);
  }
}
