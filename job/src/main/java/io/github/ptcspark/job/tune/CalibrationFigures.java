package io.github.ptcspark.job.tune;

import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.Promise;
import io.github.ptcspark.job.report.figures.PolicyFigures;
import io.github.ptcspark.job.tune.Target.Tested;
import java.util.List;
import java.util.Optional;

/**
 * What a calibration found.
 *
 * @param model as the user named it
 * @param calibrated the model with the policy that was chosen, and its promise
 * @param processors that it ran on
 * @param ordering documents that the candidates were ordered by
 * @param candidates from the safest to the fastest
 */
public record CalibrationFigures(
    String model,
    BundleFiles calibrated,
    String processors,
    int ordering,
    List<Candidate> candidates) {

  /** Copies the list. */
  public CalibrationFigures {
    candidates = List.copyOf(candidates);
  }

  /**
   * A policy that no other beats in speed and safety.
   *
   * @param ordered its figures on the documents that the candidates were ordered by
   * @param tested on the documents of the test; nothing if it was not tested
   */
  public record Candidate(PolicyFigures ordered, Optional<Tested> tested) {}

  /** Whether it is the candidate that was chosen. */
  public boolean isChosen(Candidate candidate) {
    return candidate.ordered().policy().equals(calibrated.parse().settings().policy().toString());
  }

  /** What is promised. */
  public Promise promise() {
    return calibrated.parse().provenance().promise().orElseThrow();
  }
}
