package io.github.ptcspark.job.train;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.RequiredTensors;
import io.github.ptcspark.bundle.TensorNames;
import io.github.ptcspark.bundle.Weights;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.pruning.PtcPolicy;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The model that training starts with: the base model's encoder, and new weights for what it does
 * not have.
 *
 * <ul>
 *   <li>Classifier, W_q and W_k: normal with deviation 0.02, biases 0, as BERT's own. Every tensor
 *       has its own random numbers, made of the seed and its name.
 *   <li>Normalisations of the combining module: weight 1, bias 0.
 *   <li>W_v and W_o: the identity, so that a combination token receives the mean of its words as
 *       they are, in the space that the next layer was trained to read.
 *   <li>Combination tokens: a truncated normal, scaled and shifted as the encoder's normalisation
 *       does with the embeddings of words. Tokens much smaller than words become alike in the first
 *       layer, and then words are assigned to them by chance.
 * </ul>
 */
public final class InitialWeights {

  private static final double DEVIATION = 0.02;

  private final Bundle base;
  private final long seed;
  private final Map<String, FloatTensor> tensors;

  private InitialWeights(Bundle base, long seed) {
    this.base = base;
    this.seed = seed;
    this.tensors = new LinkedHashMap<>(base.weights().tensors());
  }

  /**
   * The model to start with.
   *
   * @param labels classes to learn; a classifier for the same classes is kept
   * @param settings the policy to train with; a combining module at the same layer is kept
   * @throws JobException if the base model lacks a layer that the policy needs
   */
  public static Bundle of(Bundle base, List<String> labels, ModelSettings settings, long seed) {
    checkLayers(base.settings(), settings);
    InitialWeights initial = new InitialWeights(base, seed);
    if (!labels.equals(base.labels()) || base.pooling() != Pooling.MEAN) {
      initial.classifier(labels.size());
    }
    if (settings.policy() instanceof PtcPolicy ptc && ptc.combines()) {
      initial.combining(ptc.combinationTokens());
    }
    Weights weights =
        new RequiredTensors(base.config(), labels.size(), Pooling.MEAN, settings.policy())
            .select(new Weights(base.weights().source(), initial.tensors));
    return new Bundle(
        base.config(),
        labels,
        Pooling.MEAN,
        base.tokenizer(),
        weights,
        settings,
        base.provenance());
  }

  private static void checkLayers(ModelSettings base, ModelSettings wanted) {
    int replaced = combiningLayer(base);
    int replacing = combiningLayer(wanted);
    if (replaced > 0 && replaced != replacing) {
      throw new JobException(
          ("Cannot train with combining layer %s: the base model combines at layer %s and"
                  + " has no such encoder layer")
              .formatted(replacing == 0 ? "none" : replacing, replaced));
    }
  }

  private static int combiningLayer(ModelSettings settings) {
    return settings.policy() instanceof PtcPolicy ptc ? ptc.combiningLayer() : 0;
  }

  private void classifier(int labels) {
    normal(TensorNames.weight(TensorNames.CLASSIFIER), labels, hidden());
    constant(TensorNames.bias(TensorNames.CLASSIFIER), 0, labels);
  }

  private void combining(int combinationTokens) {
    FloatTensor tokens = tensors.get(TensorNames.COMBINATION_TOKENS);
    boolean known = tokens != null;
    if (!known || tokens.shape()[0] != combinationTokens) {
      combinationTokens(combinationTokens);
    }
    if (known) {
      return;
    }
    for (String norm :
        List.of(TensorNames.COMBINING_TOKENS_NORM, TensorNames.COMBINING_WORDS_NORM)) {
      constant(TensorNames.weight(norm), 1, hidden());
      constant(TensorNames.bias(norm), 0, hidden());
    }
    for (String linear : List.of(TensorNames.COMBINING_QUERY, TensorNames.COMBINING_KEY)) {
      normal(TensorNames.weight(linear), hidden(), hidden());
      constant(TensorNames.bias(linear), 0, hidden());
    }
    for (String linear : List.of(TensorNames.COMBINING_VALUE, TensorNames.COMBINING_OUTPUT)) {
      identity(TensorNames.weight(linear));
      constant(TensorNames.bias(linear), 0, hidden());
    }
  }

  private void combinationTokens(int count) {
    float[] weight = tensors.get(TensorNames.weight(TensorNames.EMBEDDINGS_NORM)).toArray();
    float[] bias = tensors.get(TensorNames.bias(TensorNames.EMBEDDINGS_NORM)).toArray();
    Random random = random(TensorNames.COMBINATION_TOKENS);
    float[] values = new float[count * hidden()];
    for (int i = 0; i < values.length; i++) {
      int place = i % hidden();
      values[i] = (float) (weight[place] * truncatedGaussian(random) + bias[place]);
    }
    tensors.put(
        TensorNames.COMBINATION_TOKENS, FloatTensor.of(new int[] {count, hidden()}, values));
  }

  /** Normal, drawn again beyond two deviations. */
  private static double truncatedGaussian(Random random) {
    double value = random.nextGaussian();
    while (Math.abs(value) > 2) {
      value = random.nextGaussian();
    }
    return value;
  }

  private void normal(String name, int rows, int columns) {
    Random random = random(name);
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (DEVIATION * random.nextGaussian());
    }
    tensors.put(name, FloatTensor.of(new int[] {rows, columns}, values));
  }

  private void identity(String name) {
    int hidden = hidden();
    float[] values = new float[hidden * hidden];
    for (int i = 0; i < hidden; i++) {
      values[i * hidden + i] = 1;
    }
    tensors.put(name, FloatTensor.of(new int[] {hidden, hidden}, values));
  }

  private void constant(String name, float value, int length) {
    float[] values = new float[length];
    Arrays.fill(values, value);
    tensors.put(name, FloatTensor.of(new int[] {length}, values));
  }

  private Random random(String name) {
    return new Random(31 * seed + name.hashCode());
  }

  private int hidden() {
    return base.config().shape().hidden();
  }
}
