package io.github.ptcspark.bundle;

import java.util.List;
import java.util.Optional;

/**
 * A model with everything that is needed to run it.
 *
 * @param config sizes of the encoder
 * @param labels names of the classes by label id; empty for an encoder without a classifier
 * @param pooling what the classifier reads
 * @param tokenizer the content of {@code tokenizer.json}
 * @param weights all tensors by name, see {@link TensorNames}
 * @param settings how the model is to be run
 * @param provenance where it comes from
 * @param full another model with the same labels, by whose answers this one is measured and which
 *     reads in full; without one that is this model without pruning. It has none of its own, and
 *     what is made of this model has none
 */
public record Bundle(
    BertConfig config,
    List<String> labels,
    Pooling pooling,
    String tokenizer,
    Weights weights,
    ModelSettings settings,
    Provenance provenance,
    Optional<Bundle> full) {

  /** A model that has no other beside it. */
  public Bundle(
      BertConfig config,
      List<String> labels,
      Pooling pooling,
      String tokenizer,
      Weights weights,
      ModelSettings settings,
      Provenance provenance) {
    this(config, labels, pooling, tokenizer, weights, settings, provenance, Optional.empty());
  }

  /** The same without another beside it; its escalation, which was made for that, goes too. */
  public Bundle alone() {
    return new Bundle(
        config, labels, pooling, tokenizer, weights, settings.withoutEscalation(), provenance);
  }
}
