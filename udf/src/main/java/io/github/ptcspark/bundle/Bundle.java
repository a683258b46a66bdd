package io.github.ptcspark.bundle;

import java.util.List;

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
 */
public record Bundle(
    BertConfig config,
    List<String> labels,
    Pooling pooling,
    String tokenizer,
    Weights weights,
    ModelSettings settings,
    Provenance provenance) {}
