package io.github.ptcspark.job.train;

/**
 * The learning rate by step: it grows linearly from 0 to the largest, then falls linearly to 0.
 *
 * @param largest the rate at the end of the warm-up
 * @param warmUpSteps steps in which it grows
 * @param steps all steps
 */
record LearningRate(double largest, int warmUpSteps, int steps) {

  /** A schedule whose warm-up takes a share of the steps. */
  static LearningRate of(TrainingOptions options, int steps) {
    return new LearningRate(
        options.learningRate(), (int) Math.ceil(options.warmUp() * steps), steps);
  }

  /**
   * The rate of a step.
   *
   * @param step counted from 0
   */
  double at(int step) {
    if (step < warmUpSteps) {
      return largest * (step + 1) / warmUpSteps;
    }
    return largest * (steps - step) / Math.max(1, steps - warmUpSteps);
  }
}
