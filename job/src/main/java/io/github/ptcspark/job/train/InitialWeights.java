package io.github.ptcspark.job.train;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.TensorLayout;
import io.github.ptcspark.bundle.TensorNames;
import io.github.ptcspark.bundle.Weights;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.pruning.Combination;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.StepTensor;
import io.github.ptcspark.pruning.StepTensor.First;
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
 *   <li>The classifier: normal with deviation 0.02, biases 0, as BERT's own.
 *   <li>What the policy's steps add: as they say, see {@link StepTensor.First}.
 * </ul>
 *
 * Every tensor has its own random numbers, made of the seed and its name.
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
   * @param settings the policy to train with; tensors of its steps that fit are kept
   * @throws JobException if the base model lacks a layer that the policy needs
   */
  public static Bundle of(Bundle base, List<String> labels, ModelSettings settings, long seed) {
    checkLayers(base.settings().policy(), settings.policy());
    InitialWeights initial = new InitialWeights(base, seed);
    if (!labels.equals(base.labels()) || base.pooling() != Pooling.MEAN) {
      initial.classifier(labels.size());
    }
    settings.policy().tensors(base.config().shape()).forEach(initial::addIfMissing);
    Weights weights =
        new TensorLayout(base.config(), labels.size(), Pooling.MEAN, settings.policy())
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

  private static void checkLayers(PruningPolicy base, PruningPolicy wanted) {
    int replaced = combiningLayer(base);
    int replacing = combiningLayer(wanted);
    if (replaced > 0 && replaced != replacing) {
      throw new JobException(
          ("Cannot train with combining layer %s: the base model combines at layer %s and has"
                  + " no such encoder layer")
              .formatted(replacing == 0 ? "none" : replacing, replaced));
    }
  }

  private static int combiningLayer(PruningPolicy policy) {
    return policy.combination().map(Combination::layer).orElse(0);
  }

  private void classifier(int labels) {
    String prefix = TensorNames.CLASSIFIER;
    StepTensor.linear(prefix, labels, base.config().shape().hidden(), First.NORMAL)
        .forEach(this::add);
  }

  private void addIfMissing(StepTensor tensor) {
    FloatTensor known = tensors.get(tensor.name());
    if (known == null || !Arrays.equals(known.shape(), shape(tensor))) {
      add(tensor);
    }
  }

  private void add(StepTensor tensor) {
    int[] shape = shape(tensor);
    float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    Random random = new Random(31 * seed + tensor.name().hashCode());
    switch (tensor.first()) {
      case ZERO -> Arrays.fill(values, 0);
      case ONE -> Arrays.fill(values, 1);
      case NORMAL -> normal(values, random);
      case IDENTITY -> identity(values, shape[1]);
      case MEANS -> means(values, shape[0], shape[1]);
      case LIKE_EMBEDDINGS -> likeEmbeddings(values, random);
    }
    tensors.put(tensor.name(), FloatTensor.of(shape, values));
  }

  private static int[] shape(StepTensor tensor) {
    return tensor.shape().stream().mapToInt(Integer::intValue).toArray();
  }

  private static void normal(float[] values, Random random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (DEVIATION * random.nextGaussian());
    }
  }

  private static void identity(float[] values, int columns) {
    for (int i = 0; i < columns; i++) {
      values[i * columns + i] = 1;
    }
  }

  /** A share ends also within a column. */
  private static void means(float[] values, int rows, int columns) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        int common = Math.min((i + 1) * columns, (j + 1) * rows) - Math.max(i * columns, j * rows);
        values[i * columns + j] = Math.max(0, common) / (float) columns;
      }
    }
  }

  private void likeEmbeddings(float[] values, Random random) {
    float[] weight = tensors.get(TensorNames.weight(TensorNames.EMBEDDINGS_NORM)).toArray();
    float[] bias = tensors.get(TensorNames.bias(TensorNames.EMBEDDINGS_NORM)).toArray();
    for (int i = 0; i < values.length; i++) {
      int place = i % weight.length;
      values[i] = (float) (weight[place] * truncatedGaussian(random) + bias[place]);
    }
  }

  /** Normal, drawn again beyond two deviations. */
  private static double truncatedGaussian(Random random) {
    double value = random.nextGaussian();
    while (Math.abs(value) > 2) {
      value = random.nextGaussian();
    }
    return value;
  }
}
