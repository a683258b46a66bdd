package io.github.ptcspark.bundle.importing;

import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.ConfigJson;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.TensorLayout;
import io.github.ptcspark.bundle.TensorNames;
import io.github.ptcspark.bundle.Weights;
import io.github.ptcspark.pruning.PruningPolicy;
import java.util.HashSet;
import java.util.Set;

/**
 * The tensors of a BERT as Hugging Face saves it, under the names of {@code
 * BertForSequenceClassification}: a plain {@code BertModel} lacks their prefix, and files converted
 * from TensorFlow call the parts of a normalisation gamma and beta.
 */
final class BertTensors {

  /** Heads of the training before, which neither a classifier nor an encoder needs. */
  private static final String HEADS = "cls.";

  /** Numbers from 0 that old versions saved. */
  private static final Set<String> BUFFERS =
      Set.of("bert.embeddings.position_ids", "bert.embeddings.token_type_ids");

  private BertTensors() {}

  /**
   * Renames the tensors.
   *
   * @throws BundleException if one would have to count in the model and does not, or two have one
   *     name
   */
  static Weights of(Weights weights, ConfigJson config, Pooling pooling) {
    Set<String> used =
        new TensorLayout(config.config(), config.labels().size(), pooling, PruningPolicy.NONE)
            .shapes()
            .keySet();
    Set<String> seen = new HashSet<>();
    for (String name : weights.names()) {
      String renamed = rename(name);
      if (!seen.add(renamed)) {
        throw cannotRead(weights, "there are two tensors %s".formatted(renamed));
      }
      if (!used.contains(renamed) && !isLeftOut(renamed, config.labels().isEmpty())) {
        throw cannotRead(
            weights,
            "tensor %s is no part of a BERT of %s layers%s"
                .formatted(
                    name,
                    config.config().shape().layers(),
                    config.labels().isEmpty() ? "" : " with a classifier"));
      }
    }
    return weights.renamed(BertTensors::rename);
  }

  private static boolean isLeftOut(String name, boolean encoder) {
    return BUFFERS.contains(name)
        || name.startsWith(HEADS)
        || isLinear(name, TensorNames.POOLER)
        || (encoder && isLinear(name, TensorNames.CLASSIFIER));
  }

  private static boolean isLinear(String name, String prefix) {
    return name.equals(TensorNames.weight(prefix)) || name.equals(TensorNames.bias(prefix));
  }

  private static String rename(String name) {
    String renamed =
        name.startsWith("embeddings.") || name.startsWith("encoder.") || name.startsWith("pooler.")
            ? "bert." + name
            : name;
    return renamed
        .replaceAll("LayerNorm\\.gamma$", "LayerNorm.weight")
        .replaceAll("LayerNorm\\.beta$", "LayerNorm.bias");
  }

  private static BundleException cannotRead(Weights weights, String reason) {
    return new BundleException("Cannot read %s: %s".formatted(weights.source(), reason));
  }
}
