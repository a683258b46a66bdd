package io.github.ptcspark.job.tune;

import io.github.ptcspark.job.report.Numbers;
import io.github.ptcspark.job.report.figures.PolicyFigures;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.apache.commons.math3.special.Beta;

/**
 * The fastest policy that gives the unpruned model's label often enough, by an exact test: a policy
 * that does not is accepted with a probability of at most 1 - confidence. Policies are tested one
 * after another, in an order that the documents of the test have no part in, up to the first that
 * is not accepted, so that the confidence is not divided among them (fixed-sequence testing;
 * Angelopoulos, Bates, Candes, Jordan and Lei, Learn then Test, 2021, arXiv 2110.01052).
 *
 * @param agreement share of documents with the same label that is wanted at least, in (0, 1)
 * @param confidence that is wanted, in (0, 1)
 */
public record AgreementTarget(double agreement, double confidence) implements Target {

  /**
   * A target.
   *
   * @throws IllegalArgumentException if the agreement or the confidence is not between 0 and 1
   */
  public AgreementTarget {
    Target.requireShare("agreement", agreement);
    Target.requireShare("confidence", confidence);
  }

  /**
   * The probability that a policy which agrees just less often than is wanted has so few
   * disagreements or fewer, {@code P(Binomial(documents, 1 - agreement) <= disagreements)}.
   */
  double pValue(int disagreements, int documents) {
    return disagreements >= documents
        ? 1
        : Beta.regularizedBeta(agreement, documents - disagreements, disagreements + 1.0);
  }

  /** Whether a policy with so many disagreements is accepted. */
  boolean accepts(int disagreements, int documents) {
    return pValue(disagreements, documents) <= 1 - confidence;
  }

  /** The most disagreements with which a policy is accepted; -1 if none is with any number. */
  int mostDisagreements(int documents) {
    int most = -1;
    while (accepts(most + 1, documents)) {
      most++;
    }
    return most;
  }

  /** The fewest documents on which a policy is accepted that never disagrees. */
  @Override
  public long fewestDocuments() {
    return (long) Math.ceil(Math.log(1 - confidence) / Math.log(agreement));
  }

  /**
   * Tests candidates in their order, up to the first that is not accepted.
   *
   * @param candidates whose order does not depend on the documents of the test
   * @param disagreements of a candidate; asked for only if all before it are accepted
   * @return how many are accepted
   */
  <T> int accepted(List<T> candidates, ToIntFunction<T> disagreements, int documents) {
    int accepted = 0;
    while (accepted < candidates.size()
        && accepts(disagreements.applyAsInt(candidates.get(accepted)), documents)) {
      accepted++;
    }
    return accepted;
  }

  @Override
  public Choice choose(
      List<PolicyFigures> candidates, ToIntFunction<PolicyFigures> disagreements, int documents) {
    Map<PolicyFigures, Integer> tested = new HashMap<>();
    int accepted =
        accepted(
            candidates,
            candidate -> tested.computeIfAbsent(candidate, disagreements::applyAsInt),
            documents);
    if (accepted == 0) {
      PolicyFigures safest = candidates.get(0);
      throw cannotPromise(
          ("the safest policy that is faster, %s, gave another label to %s of %s documents, where %s"
                  + " may be; with a lower --agreement, gentler policies or more documents, take"
                  + " documents that were not in this test")
              .formatted(
                  safest.policy(),
                  Numbers.count(tested.get(safest)),
                  Numbers.count(documents),
                  Numbers.count(mostDisagreements(documents))));
    }
    return new Choice(candidates.get(accepted - 1), agreement, tested);
  }

  @Override
  public String toString() {
    return "an agreement of %s with confidence %s".formatted(agreement, confidence);
  }
}
