package io.github.ptcspark.job.run;

import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.Precisions;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.spark.ProcessorSurvey;
import java.util.Optional;

/**
 * The precision of a run, which all its rows and all rows before them have.
 *
 * @param exact the precision
 * @param processors what has to run it; empty on a GPU
 */
record RunPrecision(Precision exact, String processors) {

  /**
   * Decides.
   *
   * @param wanted what is asked for
   * @param ofOutput that of the rows to which the run adds; nothing if there are none, or it is not
   *     known
   * @param survey the processors that there are
   * @param output the output, for the message
   * @throws JobException if a processor lacks the precision of the output
   * @throws io.github.ptcspark.bundle.BundleException if a processor lacks the precision asked for
   */
  static RunPrecision decide(
      Precision wanted, Optional<Precision> ofOutput, ProcessorSurvey survey, String output) {
    // An output in a precision that is not allowed is refused for that.
    Optional<Precision> kept = ofOutput.filter(wanted::allows);
    kept.ifPresent(
        precision ->
            survey
                .lack(precision)
                .ifPresent(
                    lack -> {
                      throw new JobException(
                          "Cannot add to %s: its labels were computed in %s, which needs %s; %s lacks it; %s"
                              .formatted(
                                  output,
                                  precision.description(),
                                  Precisions.need(precision).orElseThrow(),
                                  lack.executor(),
                                  "--overwrite computes all of them anew"));
                    }));
    return new RunPrecision(kept.orElseGet(() -> survey.choose(wanted)), survey.toString());
  }

  /** What a run says of it at its start. */
  String text() {
    return processors.isEmpty() ? exact.toString() : "%s; %s".formatted(exact, processors);
  }
}
