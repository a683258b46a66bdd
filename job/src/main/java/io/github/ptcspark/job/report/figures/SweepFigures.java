package io.github.ptcspark.job.report.figures;

import io.github.ptcspark.bundle.ModelSettings;
import java.util.List;
import java.util.Optional;

/**
 * What policies keep and cost on one sample, the unpruned model first.
 *
 * @param model as the user named it
 * @param digest of the model
 * @param settings in which precision it ran, and what it read of long documents
 * @param processors that it ran on
 * @param inputs that the sample is from
 * @param labelColumn with the true labels, if the user named one
 * @param policies in the order in which the user named them, after the unpruned model
 */
public record SweepFigures(
    String model,
    String digest,
    ModelSettings settings,
    String processors,
    List<String> inputs,
    Optional<String> labelColumn,
    List<PolicyFigures> policies) {

  /** Copies the lists. */
  public SweepFigures {
    inputs = List.copyOf(inputs);
    policies = List.copyOf(policies);
  }

  /** The unpruned model. */
  public PolicyFigures unpruned() {
    return policies.get(0);
  }

  /** Those that no other dominates, the slowest first. */
  public List<PolicyFigures> front() {
    return PolicyFigures.front(policies);
  }
}
