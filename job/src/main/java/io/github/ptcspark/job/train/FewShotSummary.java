package io.github.ptcspark.job.train;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.job.report.Lines;
import io.github.ptcspark.job.report.Numbers;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What fitting a head made.
 *
 * @param bundle the model
 * @param digest identifies it
 * @param out where it was written
 * @param examples of the classes that the head was fitted on
 * @param threshold how documents out of scope are told apart, if they are
 * @param embeddingSeconds wall time of reading the examples with the encoder, its loading included
 * @param fittingSeconds wall time of fitting the head, without that of learning the threshold
 */
public record FewShotSummary(
    Bundle bundle,
    String digest,
    Path out,
    int examples,
    Optional<ScopeThreshold> threshold,
    double embeddingSeconds,
    double fittingSeconds) {

  /** The summary for a terminal. */
  public String text() {
    Lines text = new Lines();
    int classes = bundle.labels().size() - (threshold.isPresent() ? 1 : 0);
    text.add(
        "fitted on %,d examples of %d classes in %.1f s, after %.1f s of embedding them",
        examples, classes, fittingSeconds, embeddingSeconds);
    threshold.ifPresent(
        learnt -> {
          text.add(
              "of held-out examples %s get the right class; %s stay in scope%s",
              Numbers.percent(learnt.accuracy()),
              Numbers.percent(learnt.kept()),
              learnt
                  .refused()
                  .map(
                      share ->
                          ", and %s of those out of scope do not".formatted(Numbers.percent(share)))
                  .orElse(""));
        });
    text.add("policy %s, precision %s", bundle.settings().policy(), bundle.settings().precision());
    text.add("model %s", digest);
    text.add("written to %s", out);
    return text.toString();
  }
}
