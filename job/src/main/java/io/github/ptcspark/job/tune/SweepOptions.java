package io.github.ptcspark.job.tune;

import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.pruning.methods.PolicyText;
import java.util.List;
import java.util.Optional;

/**
 * What to compare.
 *
 * @param model as the user named it
 * @param policies at least one
 * @param corpus without kept columns
 * @param labelColumn with true labels
 * @param documents how many to draw at most
 * @param seed which are drawn
 * @param output directory of the results; a sweep that was stopped goes on there
 */
public record SweepOptions(
    String model,
    List<PolicyText> policies,
    CorpusOptions corpus,
    Optional<String> labelColumn,
    int documents,
    long seed,
    String output) {

  /** Copies the list. */
  public SweepOptions {
    policies = List.copyOf(policies);
  }

  /** The corpus with the label as its one kept column, if there is one. */
  CorpusOptions labelled() {
    return new CorpusOptions(
        corpus.inputs(),
        corpus.format(),
        corpus.idColumn(),
        corpus.textColumn(),
        labelColumn.stream().toList(),
        corpus.textOptions());
  }
}
