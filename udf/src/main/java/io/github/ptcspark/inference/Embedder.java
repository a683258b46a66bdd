package io.github.ptcspark.inference;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.Heads;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.pruning.PruningPolicy;
import java.util.List;

/**
 * A loaded encoder that gives of a text what a classifier on it would read: its pooled output, of
 * several windows their mean. With the same settings a {@link Classifier} computes the same, bit
 * for bit, before it multiplies by the classifier's weights.
 */
public final class Embedder implements AutoCloseable {

  private final Classifier classifier;

  /**
   * Loads a model on the processor; a classifier that it may have is not used.
   *
   * @param settings how to run it
   * @param others policies beside that of the settings, with the same trained steps
   * @throws io.github.ptcspark.bundle.BundleException if the processor lacks the precision
   */
  public Embedder(Bundle bundle, ModelSettings settings, List<PruningPolicy> others) {
    this.classifier =
        new Classifier(Heads.identity(bundle), settings, Placement.CPU, Alternatives.of(others));
  }

  /**
   * Embeds texts, short ones several in a call where that changes no bit.
   *
   * @param policy that of the settings or one of the others
   * @return the pooled output of each, {@code [hidden]}
   * @throws InferenceException if the model refuses one of them
   */
  public List<double[]> embed(List<String> texts, PruningPolicy policy) {
    return classifier.logits(texts.stream().map(classifier::prepare).toList(), policy);
  }

  /** Frees the model. */
  @Override
  public void close() {
    classifier.close();
  }
}
