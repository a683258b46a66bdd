package io.github.ptcspark.testing;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.TensorNames;
import io.github.ptcspark.bundle.Weights;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A small classifier with random weights that prunes and combines. */
public final class TestModel {

  /** Its labels. */
  public static final List<String> LABELS = List.of("x", "y", "z");

  /** A word on whose documents the {@linkplain #poisoned model} fails. */
  public static final String POISON = "doctor";

  private TestModel() {}

  /** A model of which one word embedding is so large that what is computed with it overflows. */
  public static Bundle poisoned(long seed) {
    Bundle bundle = bundle(seed);
    Map<String, FloatTensor> tensors = new LinkedHashMap<>(bundle.weights().tensors());
    FloatTensor words = tensors.get(TensorNames.WORD_EMBEDDINGS);
    float[] values = words.toArray();
    int hidden = words.shape()[1];
    int row = RandomBundles.vocabulary().indexOf(POISON);
    Arrays.fill(values, row * hidden, (row + 1) * hidden, Float.MAX_VALUE);
    tensors.put(TensorNames.WORD_EMBEDDINGS, FloatTensor.of(words.shape(), values));
    return new Bundle(
        bundle.config(),
        bundle.labels(),
        bundle.pooling(),
        bundle.tokenizer(),
        new Weights("poisoned weights", tensors),
        bundle.settings(),
        bundle.provenance());
  }

  /** A model with another beside it that reads in full. */
  public static Bundle beside(Bundle model, Bundle full) {
    return new Bundle(
        model.config(),
        model.labels(),
        model.pooling(),
        model.tokenizer(),
        model.weights(),
        model.settings(),
        model.provenance(),
        Optional.of(full));
  }

  /** The model of a seed. */
  public static Bundle bundle(long seed) {
    return bundle(seed, LABELS);
  }

  /** The model of a seed with other labels. */
  public static Bundle bundle(long seed, List<String> labels) {
    PruningPolicy policy = Policies.ptc(0.8, Fuzzy.OFF, Scope.TOKENS, 2, 1, 2, 4, 8);
    return RandomBundles.bundle(
        seed,
        new EncoderShape(3, 48, 4, 96),
        4096,
        labels,
        Pooling.MEAN,
        new ModelSettings(policy, Precision.INT8, LongDocuments.WINDOWS));
  }
}
