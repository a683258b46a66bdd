package io.github.ptcspark.bundle;

import io.github.ptcspark.pruning.PruningPolicy;
import java.io.Serializable;

/**
 * How a model is to be run; a bundle carries one, a run may change what needs no training.
 *
 * @param policy how tokens are reduced
 * @param precision arithmetic of the linear layers
 * @param longDocuments what is read of a document longer than the model reads at once
 */
public record ModelSettings(PruningPolicy policy, Precision precision, LongDocuments longDocuments)
    implements Serializable {

  /** The same that reads every document once. */
  public ModelSettings withoutEscalation() {
    return new ModelSettings(policy.withoutEscalation(), precision, longDocuments);
  }

  /** The same in another precision. */
  public ModelSettings with(Precision other) {
    return new ModelSettings(policy, other, longDocuments);
  }
}
