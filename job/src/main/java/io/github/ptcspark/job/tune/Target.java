package io.github.ptcspark.job.tune;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.report.figures.PolicyFigures;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** What a calibration is to find; its text says what is promised. */
public sealed interface Target permits AgreementTarget, SpeedTarget {

  /** Probability, over the draw of the sample, that nothing is promised wrongly; in (0, 1). */
  double confidence();

  /** The fewest documents of a test with which anything can be promised. */
  long fewestDocuments();

  /**
   * Chooses.
   *
   * @param candidates from the safest to the fastest, at least one
   * @param disagreements how many of the documents of the test, which had no part in the order, get
   *     another label; takes as long as labelling them
   * @param documents of the test
   * @throws JobException if there is nothing to promise
   */
  Choice choose(
      List<PolicyFigures> candidates, ToIntFunction<PolicyFigures> disagreements, int documents);

  /**
   * What was chosen.
   *
   * @param policy one of the candidates
   * @param agreement that can be promised
   * @param disagreements of all candidates that were tested, the chosen one among them
   */
  record Choice(
      PolicyFigures policy, double agreement, Map<PolicyFigures, Integer> disagreements) {}

  /** Why nothing can be promised. */
  default JobException cannotPromise(String reason) {
    return new JobException("Cannot promise %s: %s".formatted(this, reason));
  }

  /**
   * Checks a share.
   *
   * @throws IllegalArgumentException if it is not between 0 and 1
   */
  static void requireShare(String option, double share) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "Invalid value for --%s: %s (between 0 and 1, such as 0.95)".formatted(option, share));
    }
  }
}
