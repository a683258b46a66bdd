package io.github.ptcspark.job.speed;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.TensorNames;
import io.github.ptcspark.bundle.Weights;
import io.github.ptcspark.pruning.Combination;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Models like a given one, for measurements. */
public final class Baselines {

  private Baselines() {}

  /**
   * Whether the model has a layer without weights, because combining replaced it: then {@link
   * #unpruned} is as fast as the model without pruning would be, but does not answer as it would.
   */
  public static boolean lacksLayer(Bundle bundle) {
    return missingLayer(bundle).isPresent();
  }

  /** The model with all layers; a missing one gets the weights of the layer before. */
  public static Bundle unpruned(Bundle bundle) {
    Optional<Integer> replaced = missingLayer(bundle);
    if (replaced.isEmpty()) {
      return bundle;
    }
    int missing = replaced.get();
    String before = layer(missing - 1);
    Map<String, FloatTensor> tensors = new LinkedHashMap<>(bundle.weights().tensors());
    bundle
        .weights()
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(before)) {
                tensors.put(layer(missing) + name.substring(before.length()), tensor);
              }
            });
    return new Bundle(
        bundle.config(),
        bundle.labels(),
        bundle.pooling(),
        bundle.tokenizer(),
        new Weights(bundle.weights().source(), tensors),
        bundle.settings(),
        bundle.provenance());
  }

  private static Optional<Integer> missingLayer(Bundle bundle) {
    return bundle
        .settings()
        .policy()
        .combination()
        .map(Combination::layer)
        .filter(
            layer ->
                !bundle.weights().has(TensorNames.weight(layer(layer) + "attention.self.query")));
  }

  /** Prefix of the tensors of a layer, counted from 1 as policies do. */
  private static String layer(int number) {
    return TensorNames.layer(number - 1) + ".";
  }
}
