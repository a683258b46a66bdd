package io.github.ptcspark.job.tune;

import io.github.ptcspark.bundle.Claim;
import io.github.ptcspark.job.report.figures.PolicyFigures;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The fastest policy that a test accepts, which accepts one that it should not with a probability
 * of at most 1 - confidence. Policies are tested one after another, in an order that the documents
 * of the test have no part in, up to the first that is not accepted, so that the confidence is not
 * divided among them (fixed-sequence testing; Angelopoulos, Bates, Candes, Jordan and Lei, Learn
 * then Test, 2021, arXiv 2110.01052).
 */
sealed interface TestedInTurn extends Target permits AgreementTarget, AccuracyTarget {

  /** Whether a policy is accepted. */
  boolean accepts(Tested tested);

  /** What can be promised of a policy that is accepted. */
  Claim claim(Tested tested);

  /** What was wrong with a policy that is not accepted. */
  String rejection(Tested tested);

  /** How many of some candidates are accepted before the first that is not. */
  static <T> int accepted(List<T> candidates, Predicate<T> accepts) {
    int accepted = 0;
    while (accepted < candidates.size() && accepts.test(candidates.get(accepted))) {
      accepted++;
    }
    return accepted;
  }

  @Override
  default Choice choose(List<PolicyFigures> candidates, Function<PolicyFigures, Tested> test) {
    Map<PolicyFigures, Tested> tested = new HashMap<>();
    int accepted =
        accepted(candidates, candidate -> accepts(tested.computeIfAbsent(candidate, test)));
    if (accepted == 0) {
      PolicyFigures safest = candidates.get(0);
      throw cannotPromise(
          ("the safest policy that is faster, %s, %s; with a weaker promise, gentler policies or more"
                  + " documents, take documents that were not in this test")
              .formatted(safest.policy(), rejection(tested.get(safest))));
    }
    PolicyFigures chosen = candidates.get(accepted - 1);
    return new Choice(chosen, claim(tested.get(chosen)), tested);
  }
}
