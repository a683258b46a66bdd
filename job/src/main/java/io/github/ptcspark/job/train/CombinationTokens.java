package io.github.ptcspark.job.train;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.TensorNames;
import io.github.ptcspark.inference.DocumentTokenizer;

/**
 * What the combination tokens are before training: [CLS], as the encoder embeds it, at positions
 * spread evenly over the longest document.
 *
 * <p>The pretrained layers know how to gather a document in such a token, and the positions make
 * the tokens differ, so that words are assigned to them by what they are from the first step on.
 * Small random tokens become alike in the first layer, and words are assigned to them by chance.
 */
final class CombinationTokens {

  private CombinationTokens() {}

  /** The tokens of a model, {@code [count, hidden]}. */
  static FloatTensor of(Bundle bundle, int count) {
    int hidden = bundle.config().shape().hidden();
    int start = start(bundle);
    float[] words = values(bundle, TensorNames.WORD_EMBEDDINGS);
    float[] positions = values(bundle, TensorNames.POSITION_EMBEDDINGS);
    float[] types = values(bundle, TensorNames.TYPE_EMBEDDINGS);
    float[] weight = values(bundle, TensorNames.weight(TensorNames.EMBEDDINGS_NORM));
    float[] bias = values(bundle, TensorNames.bias(TensorNames.EMBEDDINGS_NORM));
    float[] tokens = new float[count * hidden];
    double[] sum = new double[hidden];
    for (int token = 0; token < count; token++) {
      int position = (token + 1) * (bundle.config().maxPositions() - 1) / (count + 1);
      for (int i = 0; i < hidden; i++) {
        sum[i] = (double) words[start * hidden + i] + positions[position * hidden + i] + types[i];
      }
      normalise(sum, bundle.config().layerNormEps());
      for (int i = 0; i < hidden; i++) {
        tokens[token * hidden + i] = (float) (sum[i] * weight[i] + bias[i]);
      }
    }
    return FloatTensor.of(new int[] {count, hidden}, tokens);
  }

  private static int start(Bundle bundle) {
    try (DocumentTokenizer tokenizer = new DocumentTokenizer(bundle.tokenizer())) {
      return Math.toIntExact(tokenizer.start());
    }
  }

  private static float[] values(Bundle bundle, String name) {
    return bundle.weights().tensors().get(name).toArray();
  }

  /** (x - mean) / sqrt(variance + eps). */
  private static void normalise(double[] values, double eps) {
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double variance = 0;
    for (double value : values) {
      variance += (value - mean) * (value - mean) / values.length;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = (values[i] - mean) / Math.sqrt(variance + eps);
    }
  }
}
