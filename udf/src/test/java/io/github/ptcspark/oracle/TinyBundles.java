package io.github.ptcspark.oracle;

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
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.Combining;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Models of a few hundred random weights. */
final class TinyBundles {

  static final int LAYERS = 5;
  static final int HIDDEN = 8;
  static final int COMBINATION_TOKENS = 3;
  static final int VOCABULARY = 50;
  static final int POSITIONS = 64;

  static final int INNER = 12;

  private TinyBundles() {}

  /** A model with the given labels; every weight is normal with deviation 0.5. */
  static Bundle random(long seed, Pooling pooling, List<String> labels) {
    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    Random random = new Random(seed);
    put(tensors, random, TensorNames.WORD_EMBEDDINGS, VOCABULARY, HIDDEN);
    put(tensors, random, TensorNames.POSITION_EMBEDDINGS, POSITIONS, HIDDEN);
    put(tensors, random, TensorNames.TYPE_EMBEDDINGS, 2, HIDDEN);
    norm(tensors, random, TensorNames.EMBEDDINGS_NORM);
    for (int index = 0; index < LAYERS; index++) {
      String layer = TensorNames.layer(index);
      linear(tensors, random, layer + ".attention.self.query", HIDDEN, HIDDEN);
      linear(tensors, random, layer + ".attention.self.key", HIDDEN, HIDDEN);
      linear(tensors, random, layer + ".attention.self.value", HIDDEN, HIDDEN);
      linear(tensors, random, layer + ".attention.output.dense", HIDDEN, HIDDEN);
      norm(tensors, random, layer + ".attention.output.LayerNorm");
      linear(tensors, random, layer + ".intermediate.dense", INNER, HIDDEN);
      linear(tensors, random, layer + ".output.dense", HIDDEN, INNER);
      norm(tensors, random, layer + ".output.LayerNorm");
    }
    linear(tensors, random, TensorNames.POOLER, HIDDEN, HIDDEN);
    if (!labels.isEmpty()) {
      linear(tensors, random, TensorNames.CLASSIFIER, labels.size(), HIDDEN);
    }
    put(tensors, random, Combining.TOKENS, COMBINATION_TOKENS, HIDDEN);
    norm(tensors, random, Combining.TOKENS_NORM);
    norm(tensors, random, Combining.WORDS_NORM);
    linear(tensors, random, Combining.QUERY, HIDDEN, HIDDEN);
    linear(tensors, random, Combining.KEY, HIDDEN, HIDDEN);
    linear(tensors, random, Combining.VALUE, HIDDEN, HIDDEN);
    linear(tensors, random, Combining.OUTPUT, HIDDEN, HIDDEN);
    return bundle(tensors, pooling, labels);
  }

  /** The same model with one tensor replaced. */
  static Bundle with(Bundle bundle, String name, FloatTensor tensor) {
    Map<String, FloatTensor> tensors = new LinkedHashMap<>(bundle.weights().tensors());
    tensors.put(name, tensor);
    return bundle(tensors, bundle.pooling(), bundle.labels());
  }

  /** A document of this many word pieces, [CLS] and [SEP] included. */
  static long[] document(long seed, int length) {
    return new Random(seed).longs(length, 0, VOCABULARY).toArray();
  }

  private static Bundle bundle(
      Map<String, FloatTensor> tensors, Pooling pooling, List<String> labels) {
    BertConfig config =
        new BertConfig(new EncoderShape(LAYERS, HIDDEN, 2, INNER), VOCABULARY, POSITIONS, 2, 1e-12);
    return new Bundle(
        config,
        labels,
        pooling,
        "{}",
        new Weights("random", tensors),
        new ModelSettings(PruningPolicy.NONE, Precision.FP32, LongDocuments.TRUNCATE),
        new Provenance("1970-01-01T00:00:00Z", "random", "", Map.of()));
  }

  private static void linear(
      Map<String, FloatTensor> tensors, Random random, String prefix, int outputs, int inputs) {
    put(tensors, random, TensorNames.weight(prefix), outputs, inputs);
    put(tensors, random, TensorNames.bias(prefix), outputs);
  }

  private static void norm(Map<String, FloatTensor> tensors, Random random, String prefix) {
    put(tensors, random, TensorNames.weight(prefix), HIDDEN);
    put(tensors, random, TensorNames.bias(prefix), HIDDEN);
  }

  private static void put(
      Map<String, FloatTensor> tensors, Random random, String name, int... shape) {
    int size = 1;
    for (int length : shape) {
      size *= length;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (0.5 * random.nextGaussian());
    }
    tensors.put(name, FloatTensor.of(shape, values));
  }
}
