package io.github.ptcspark.job.report.document;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.inference.Alternatives;
import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.InferenceException;
import io.github.ptcspark.inference.Placement;
import io.github.ptcspark.inference.Precisions;
import io.github.ptcspark.inference.PreparedText;
import io.github.ptcspark.inference.Saliency;
import io.github.ptcspark.inference.TracedDocument;
import io.github.ptcspark.inference.TracedWindow;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.spark.Reject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lets a model read documents and says how it did. */
public final class Explainer {

  private final String model;
  private final String digest;
  private final Bundle bundle;
  private final ModelSettings settings;

  /**
   * An explainer of one model.
   *
   * @param model as the user named it
   * @param bundle with a classifier
   * @param settings how to run it; a precision that is not exact becomes the one of this processor
   */
  public Explainer(String model, String digest, Bundle bundle, ModelSettings settings) {
    this.model = model;
    this.digest = digest;
    this.bundle = bundle;
    this.settings = settings.with(Precisions.fastestHere(settings.precision()));
  }

  /**
   * Explains a document.
   *
   * @param name as the user named it
   * @param text may be null
   * @throws JobException if a run would reject it, with the reason that the run would give
   */
  public Explanation explain(String name, String text) {
    Reject.emptiness(text).ifPresent(reason -> refuse(name, Reject.EMPTY_TEXT, reason));
    try (Classifier classifier =
        new Classifier(bundle, settings, Placement.CPU, Alternatives.IN_FULL)) {
      PreparedText prepared = classifier.prepare(text);
      Reject.emptiness(prepared).ifPresent(reason -> refuse(name, Reject.EMPTY_TEXT, reason));
      TracedDocument traced = classifier.trace(text);
      return new Explanation(
          name,
          text,
          model,
          digest,
          settings,
          bundle.labels(),
          bundle.config().shape().layers(),
          traced.classification(),
          traced.first(),
          unpruned(classifier, prepared),
          bundle.full().isPresent(),
          traced.pieces().size(),
          windows(text, traced));
    } catch (InferenceException e) {
      throw refusal(name, Reject.INFERENCE_FAILED, e.getMessage(), e);
    }
  }

  /** What is said in full; nothing if the settings read so, or the document is refused then. */
  private Optional<Classification> unpruned(Classifier classifier, PreparedText prepared) {
    return settings.policy().prunes() || bundle.full().isPresent()
        ? inFull(classifier, prepared)
        : Optional.empty();
  }

  /** A model that refuses a document to which another escalates has refused it before. */
  private static Optional<Classification> inFull(Classifier classifier, PreparedText prepared) {
    try {
      return Optional.of(classifier.classifyInFull(List.of(prepared)).get(0));
    } catch (InferenceException e) {
      return Optional.empty();
    }
  }

  private List<ReadWindow> windows(String text, TracedDocument traced) {
    int lastWordLayer = settings.policy().lastWordLayer(bundle.config().shape().layers());
    List<ReadWindow> windows = new ArrayList<>();
    try (Saliency saliency = Saliency.load(bundle, settings.policy())) {
      for (TracedWindow window : traced.windows()) {
        long[] ids = window.ids().stream().mapToLong(Long::longValue).toArray();
        float[] values = saliency.of(ids, traced.first().labelId());
        windows.add(ReadWindow.of(text, traced.pieces(), window, values, lastWordLayer));
      }
    }
    return windows;
  }

  private static void refuse(String name, Reject reject, String reason) {
    throw refusal(name, reject, reason, null);
  }

  private static JobException refusal(
      String name, Reject reject, String reason, InferenceException cause) {
    return new JobException(
        "Cannot explain %s: %s: %s".formatted(name, reject.code(), reason), cause);
  }
}
