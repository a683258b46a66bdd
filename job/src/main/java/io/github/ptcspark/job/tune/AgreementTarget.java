package io.github.ptcspark.job.tune;

import io.github.ptcspark.bundle.Claim;
import io.github.ptcspark.job.report.Numbers;
import org.apache.commons.math3.special.Beta;

/**
 * The fastest policy that gives the label in full often enough, by an exact binomial test.
 *
 * @param agreement share of documents with the same label that is wanted at least, in (0, 1)
 * @param confidence that is wanted, in (0, 1)
 */
public record AgreementTarget(double agreement, double confidence) implements TestedInTurn {

  /**
   * A target.
   *
   * @throws IllegalArgumentException if the agreement or the confidence is not between 0 and 1
   */
  public AgreementTarget {
    Target.requireShare("agreement", agreement, "0.95");
    Target.requireShare("confidence", confidence, "0.95");
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

  @Override
  public boolean accepts(Tested tested) {
    return accepts(tested.disagreements(), tested.documents());
  }

  @Override
  public Claim claim(Tested tested) {
    return new Claim.Agreement(agreement);
  }

  @Override
  public String rejection(Tested tested) {
    return "gave another label to %s of %s documents, where %s may be"
        .formatted(
            Numbers.count(tested.disagreements()),
            Numbers.count(tested.documents()),
            Numbers.count(mostDisagreements(tested.documents())));
  }

  @Override
  public String toString() {
    return "an agreement of %s with confidence %s".formatted(agreement, confidence);
  }
}
