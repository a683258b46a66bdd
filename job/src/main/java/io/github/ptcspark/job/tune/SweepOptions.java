package io.github.ptcspark.job.tune;

import io.github.ptcspark.pruning.methods.PolicyText;
import java.util.List;

/**
 * What to compare.
 *
 * @param model as the user named it
 * @param policies at least one
 * @param sample of documents
 * @param output directory of the results; a sweep that was stopped goes on there
 */
public record SweepOptions(
    String model, List<PolicyText> policies, SampleOptions sample, String output) {

  /** Copies the list. */
  public SweepOptions {
    policies = List.copyOf(policies);
  }
}
