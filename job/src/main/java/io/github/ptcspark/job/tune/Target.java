package io.github.ptcspark.job.tune;

import io.github.ptcspark.bundle.Claim;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.report.figures.PolicyFigures;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What a calibration is to find; its text says what is promised. */
public sealed interface Target permits TestedInTurn, SpeedTarget {

  /** Probability, over the draw of the sample, that nothing is promised wrongly; in (0, 1). */
  double confidence();

  /** The fewest documents of a test with which anything can be promised. */
  long fewestDocuments();

  /**
   * Chooses.
   *
   * @param candidates from the safest to the fastest, at least one
   * @param test what becomes of the documents of the test, which had no part in the order, under a
   *     candidate; takes as long as labelling them
   * @throws JobException if there is nothing to promise
   */
  Choice choose(List<PolicyFigures> candidates, Function<PolicyFigures, Tested> test);

  /**
   * What was chosen.
   *
   * @param policy one of the candidates
   * @param claim that can be promised
   * @param tested all candidates that were tested, the chosen one among them
   */
  record Choice(PolicyFigures policy, Claim claim, Map<PolicyFigures, Tested> tested) {}

  /**
   * What became of documents that get a label in full, and whose true label is known where that
   * matters.
   *
   * @param documents all of them
   * @param disagreements those with another label, or none
   * @param lost those whose label was right only in full
   * @param won those whose label is right and was not in full
   */
  record Tested(int documents, int disagreements, int lost, int won) {}

  /** Whether true labels matter. */
  default boolean needsTruth() {
    return false;
  }

  /** Why nothing can be promised. */
  default JobException cannotPromise(String reason) {
    return new JobException("Cannot promise %s: %s".formatted(this, reason));
  }

  /**
   * Checks a share.
   *
   * @throws IllegalArgumentException if it is not between 0 and 1
   */
  static void requireShare(String option, double share, String example) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "Invalid value for --%s: %s (between 0 and 1, such as %s)"
              .formatted(option, share, example));
    }
  }
}
