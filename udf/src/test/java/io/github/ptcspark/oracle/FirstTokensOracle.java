package io.github.ptcspark.oracle;

import io.github.ptcspark.pruning.methods.FirstTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Truncation after one layer.
 *
 * @param combining the layer in which all word pieces are combined
 */
record FirstTokensOracle(FirstTokens step, Optional<Integer> combining) implements StepOracle {

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
    List<Integer> kept = document.kept();
    int left = TokenSelection.left(step.keepRatio(), step.minimumTokens(), kept.size());
    List<Integer> chosen = new ArrayList<>(kept.subList(0, left - 1));
    chosen.add(kept.get(kept.size() - 1));
    return chosen;
  }
}
