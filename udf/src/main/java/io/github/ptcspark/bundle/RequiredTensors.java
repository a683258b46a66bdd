package io.github.ptcspark.bundle;

import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.PtcPolicy;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tensors that a model uses, with their shapes, in the order of their use. */
public final class RequiredTensors {

  private final Map<String, List<Integer>> shapes = new LinkedHashMap<>();

  /**
   * The tensors of a model.
   *
   * @param labels number of classes; 0 for an encoder without a classifier
   * @param pooling what the classifier reads
   * @param policy decides on the combining module and the layer that it replaces
   */
  public RequiredTensors(BertConfig config, int labels, Pooling pooling, PruningPolicy policy) {
    int hidden = config.shape().hidden();
    int intermediate = config.shape().intermediate();
    PtcPolicy combining = policy instanceof PtcPolicy ptc && ptc.combines() ? ptc : null;
    shapes.put(TensorNames.WORD_EMBEDDINGS, List.of(config.vocabularySize(), hidden));
    shapes.put(TensorNames.POSITION_EMBEDDINGS, List.of(config.maxPositions(), hidden));
    shapes.put(TensorNames.TYPE_EMBEDDINGS, List.of(config.typeVocabularySize(), hidden));
    norm(TensorNames.EMBEDDINGS_NORM, hidden);
    for (int index = 0; index < config.shape().layers(); index++) {
      if (combining == null || index + 1 != combining.combiningLayer()) {
        layer(TensorNames.layer(index), hidden, intermediate);
      }
    }
    if (combining != null) {
      shapes.put(TensorNames.COMBINATION_TOKENS, List.of(combining.combinationTokens(), hidden));
      norm(TensorNames.COMBINING_TOKENS_NORM, hidden);
      norm(TensorNames.COMBINING_WORDS_NORM, hidden);
      linear(TensorNames.COMBINING_QUERY, hidden, hidden);
      linear(TensorNames.COMBINING_KEY, hidden, hidden);
      linear(TensorNames.COMBINING_VALUE, hidden, hidden);
      linear(TensorNames.COMBINING_OUTPUT, hidden, hidden);
    }
    if (pooling == Pooling.CLS_POOLER) {
      linear(TensorNames.POOLER, hidden, hidden);
    }
    if (labels > 0) {
      linear(TensorNames.CLASSIFIER, labels, hidden);
    }
  }

  /** Shapes by name. */
  public Map<String, List<Integer>> shapes() {
    return Collections.unmodifiableMap(shapes);
  }

  /**
   * The required tensors alone, in the order of their use.
   *
   * @throws BundleException if one is missing, has another shape or holds a value that is not
   *     finite
   */
  public Weights select(Weights weights) {
    Map<String, FloatTensor> selected = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) ->
            selected.put(
                name, weights.require(name, shape.stream().mapToInt(Integer::intValue).toArray())));
    return new Weights(weights.source(), selected);
  }

  private void layer(String layer, int hidden, int intermediate) {
    linear(layer + ".attention.self.query", hidden, hidden);
    linear(layer + ".attention.self.key", hidden, hidden);
    linear(layer + ".attention.self.value", hidden, hidden);
    linear(layer + ".attention.output.dense", hidden, hidden);
    norm(layer + ".attention.output.LayerNorm", hidden);
    linear(layer + ".intermediate.dense", intermediate, hidden);
    linear(layer + ".output.dense", hidden, intermediate);
    norm(layer + ".output.LayerNorm", hidden);
  }

  private void linear(String prefix, int outputs, int inputs) {
    shapes.put(TensorNames.weight(prefix), List.of(outputs, inputs));
    shapes.put(TensorNames.bias(prefix), List.of(outputs));
  }

  private void norm(String prefix, int hidden) {
    shapes.put(TensorNames.weight(prefix), List.of(hidden));
    shapes.put(TensorNames.bias(prefix), List.of(hidden));
  }
}
