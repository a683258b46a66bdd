package io.github.ptcspark.job.train;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A loss that is no number any more, after which training cannot go on.
 *
 * @param step the last step, counted from 1
 * @param steps all that were planned
 * @param learningRate the largest, which was too large
 */
public record Divergence(int step, int steps, double learningRate) {

  /** What happened, as it goes into a sentence. */
  String text() {
    return "the loss is no number after step %s of %s, try a smaller learning rate than %s"
        .formatted(step, steps, learningRate);
  }

  /** The facts by name, for the provenance of a model. */
  Map<String, Object> details() {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("step", step);
    details.put("steps", steps);
    return details;
  }
}
