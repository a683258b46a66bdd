package io.github.ptcspark.pruning;

import java.util.List;

/**
 * A trained tensor of a step.
 *
 * @param name in the model's files
 * @param shape as stored
 * @param first its values before training
 */
public record StepTensor(String name, List<Integer> shape, First first) {

  /** Values before training. */
  public enum First {
    /** All of them 0. */
    ZERO,
    /** All of them 1. */
    ONE,
    /** Normal with deviation 0.02, as BERT's own. */
    NORMAL,
    /** The identity matrix. */
    IDENTITY,
    /** Of a matrix every row is the mean of its share of the columns, one row after another. */
    MEANS,
    /**
     * Truncated normal, scaled and shifted as the encoder's normalisation does with the embeddings
     * of words.
     */
    LIKE_EMBEDDINGS
  }

  /** Copies the list. */
  public StepTensor {
    shape = List.copyOf(shape);
  }

  /** Weight and bias of a normalisation. */
  public static List<StepTensor> norm(String prefix, int hidden) {
    return List.of(
        new StepTensor(prefix + ".weight", List.of(hidden), First.ONE),
        new StepTensor(prefix + ".bias", List.of(hidden), First.ZERO));
  }

  /** Weight and bias of a linear layer. */
  public static List<StepTensor> linear(String prefix, int outputs, int inputs, First weight) {
    return List.of(
        new StepTensor(prefix + ".weight", List.of(outputs, inputs), weight),
        new StepTensor(prefix + ".bias", List.of(outputs), First.ZERO));
  }
}
