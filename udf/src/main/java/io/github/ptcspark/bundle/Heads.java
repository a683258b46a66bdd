package io.github.ptcspark.bundle;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Models with the encoder and the pooling of another and a classifier of their own. */
public final class Heads {

  private Heads() {}

  /**
   * A model with a linear classifier, {@code logits = weight * pooled + bias}.
   *
   * @param labels names of the classes
   * @param weight of shape {@code [labels, hidden]}
   * @param bias of shape {@code [labels]}
   */
  public static Bundle linear(
      Bundle bundle, List<String> labels, FloatTensor weight, FloatTensor bias) {
    Map<String, FloatTensor> tensors = new LinkedHashMap<>(bundle.weights().tensors());
    tensors.put(TensorNames.weight(TensorNames.CLASSIFIER), weight);
    tensors.put(TensorNames.bias(TensorNames.CLASSIFIER), bias);
    return new Bundle(
        bundle.config(),
        labels,
        bundle.pooling(),
        bundle.tokenizer(),
        new Weights(bundle.weights().source(), tensors),
        bundle.settings(),
        bundle.provenance());
  }

  /**
   * A model with an identity in place of a classifier: its logits are what a classifier reads, the
   * pooled output {@code [hidden]}.
   */
  public static Bundle identity(Bundle bundle) {
    int hidden = bundle.config().shape().hidden();
    float[] identity = new float[hidden * hidden];
    for (int i = 0; i < hidden; i++) {
      identity[i * hidden + i] = 1;
    }
    return linear(
        bundle,
        IntStream.range(0, hidden).mapToObj(i -> "dimension " + i).toList(),
        FloatTensor.of(new int[] {hidden, hidden}, identity),
        FloatTensor.of(new int[] {hidden}, new float[hidden]));
  }
}
