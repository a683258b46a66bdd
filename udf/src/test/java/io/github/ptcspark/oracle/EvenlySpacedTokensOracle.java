package io.github.ptcspark.oracle;

import io.github.ptcspark.pruning.methods.EvenlySpacedTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Of the tokens between [CLS] and [SEP], those in the middle of equal sections.
 *
 * @param combining the layer in which all word pieces are combined
 */
record EvenlySpacedTokensOracle(EvenlySpacedTokens step, Optional<Integer> combining)
    implements StepOracle {

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
    int between = kept.size() - 2;
    int sections = left - 2;
    List<Integer> chosen = new ArrayList<>();
    chosen.add(kept.get(0));
    for (int section = 0; section < sections; section++) {
      double middle = (section + 0.5) / sections * between;
      chosen.add(kept.get(1 + (int) Math.floor(middle + 1e-9)));
    }
    chosen.add(kept.get(kept.size() - 1));
    return chosen;
  }
}
