package io.github.ptcspark.job.tune;

import io.github.ptcspark.pruning.methods.PolicyText;
import java.util.List;

/**
 * What to promise.
 *
 * @param model as the user named it
 * @param policies to choose from; none for those that {@link Candidates} has
 * @param sample of documents like those that will be classified
 * @param target what is to be found
 * @param escalating whether documents whose answer is unsure may be read again in full
 */
public record CalibrationOptions(
    String model,
    List<PolicyText> policies,
    SampleOptions sample,
    Target target,
    boolean escalating) {

  /** Copies the list. */
  public CalibrationOptions {
    policies = List.copyOf(policies);
  }
}
