package io.github.ptcspark.testing;

import io.github.ptcspark.bundle.BertConfig;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.Provenance;
import io.github.ptcspark.bundle.TensorNames;
import io.github.ptcspark.bundle.Weights;
import io.github.ptcspark.bundle.importing.VocabularyTokenizer;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.StepTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small models with random weights and a real tokenizer; the same seed gives the same model. */
public final class RandomBundles {

  /** Rows of the position embeddings unless a test says otherwise. */
  public static final int MAX_POSITIONS = 512;

  /** No pruning, fp32, long documents truncated. */
  public static final ModelSettings PLAIN =
      new ModelSettings(PruningPolicy.NONE, Precision.FP32, LongDocuments.TRUNCATE);

  /** Whole words of the vocabulary; every other word of Latin letters is spelt out in pieces. */
  public static final List<String> WORDS =
      List.of(
          "the", "a", "of", "and", "in", "is", "it", "to", "was", "on", "cat", "dog", "house",
          "market", "game", "music", "science", "river", "good", "bad", "player", "film", "engine",
          "doctor", "garden");

  private static final String PUNCTUATION = ".,;:!?'\"()-/%$&*+=<>@#_";

  private RandomBundles() {}

  /** A model with {@value #MAX_POSITIONS} positions. */
  public static Bundle bundle(
      long seed, EncoderShape shape, List<String> labels, Pooling pooling, ModelSettings settings) {
    return bundle(seed, shape, MAX_POSITIONS, labels, pooling, settings);
  }

  /**
   * A model. Weights of linear layers are scaled by their inputs, so that attention is far from
   * uniform and the layers do not blow up.
   */
  public static Bundle bundle(
      long seed,
      EncoderShape shape,
      int maxPositions,
      List<String> labels,
      Pooling pooling,
      ModelSettings settings) {
    List<String> vocabulary = vocabulary();
    BertConfig config = new BertConfig(shape, vocabulary.size(), maxPositions, 2, 1e-12);
    RandomTensors tensors = new RandomTensors(new Random(seed));
    int hidden = shape.hidden();
    tensors.add(TensorNames.WORD_EMBEDDINGS, 0, 0.5, vocabulary.size(), hidden);
    tensors.add(TensorNames.POSITION_EMBEDDINGS, 0, 0.2, maxPositions, hidden);
    tensors.add(TensorNames.TYPE_EMBEDDINGS, 0, 0.2, 2, hidden);
    tensors.norm(TensorNames.EMBEDDINGS_NORM, hidden);
    for (int index = 0; index < shape.layers(); index++) {
      String layer = TensorNames.layer(index);
      tensors.linear(layer + ".attention.self.query", hidden, hidden);
      tensors.linear(layer + ".attention.self.key", hidden, hidden);
      tensors.linear(layer + ".attention.self.value", hidden, hidden);
      tensors.linear(layer + ".attention.output.dense", hidden, hidden);
      tensors.norm(layer + ".attention.output.LayerNorm", hidden);
      tensors.linear(layer + ".intermediate.dense", shape.intermediate(), hidden);
      tensors.linear(layer + ".output.dense", hidden, shape.intermediate());
      tensors.norm(layer + ".output.LayerNorm", hidden);
    }
    if (pooling == Pooling.CLS_POOLER) {
      tensors.linear(TensorNames.POOLER, hidden, hidden);
    }
    if (!labels.isEmpty()) {
      tensors.linear(TensorNames.CLASSIFIER, labels.size(), hidden);
    }
    for (StepTensor tensor : settings.policy().tensors(shape)) {
      tensors.add(tensor);
    }
    return new Bundle(
        config,
        labels,
        pooling,
        VocabularyTokenizer.json(vocabulary),
        new Weights("random weights of seed " + seed, tensors.byName),
        settings,
        new Provenance("2026-01-01T00:00:00Z", "random", "", Map.of("seed", seed)));
  }

  /** Special tokens, letters, digits and punctuation as words and as pieces, and some words. */
  public static List<String> vocabulary() {
    List<String> vocabulary =
        new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    for (char c : (PUNCTUATION + "abcdefghijklmnopqrstuvwxyz0123456789").toCharArray()) {
      if (c != 'a') {
        vocabulary.add(String.valueOf(c));
      }
      if (Character.isLetterOrDigit(c)) {
        vocabulary.add("##" + c);
      }
    }
    vocabulary.addAll(WORDS);
    return List.copyOf(vocabulary);
  }

  private record RandomTensors(Random random, Map<String, FloatTensor> byName) {
    RandomTensors(Random random) {
      this(random, new LinkedHashMap<>());
    }

    void add(String name, double mean, double deviation, int... shape) {
      int size = 1;
      for (int length : shape) {
        size *= length;
      }
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = (float) (mean + deviation * random.nextGaussian());
      }
      byName.put(name, FloatTensor.of(shape, values));
    }

    /** Far from the values before training, of which many are the same. */
    void add(StepTensor tensor) {
      int[] shape = tensor.shape().stream().mapToInt(Integer::intValue).toArray();
      switch (tensor.first()) {
        case ZERO -> add(tensor.name(), 0, 0.1, shape);
        case ONE -> add(tensor.name(), 1, 0.1, shape);
        case LIKE_EMBEDDINGS -> add(tensor.name(), 0, 1, shape);
        case NORMAL, IDENTITY, MEANS -> add(tensor.name(), 0, 1 / Math.sqrt(shape[1]), shape);
      }
    }

    void linear(String prefix, int outputs, int inputs) {
      add(TensorNames.weight(prefix), 0, 1 / Math.sqrt(inputs), outputs, inputs);
      add(TensorNames.bias(prefix), 0, 0.1, outputs);
    }

    void norm(String prefix, int hidden) {
      add(TensorNames.weight(prefix), 1, 0.1, hidden);
      add(TensorNames.bias(prefix), 0, 0.1, hidden);
    }
  }
}
