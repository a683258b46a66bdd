package io.github.ptcspark.script;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.TensorNames;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.PtcPolicy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The order in which the program wants a bundle's tensors, and the way back.
 *
 * <p>The embeddings and their normalisation (5 tensors); 12 a layer, with query, key and value one
 * above the other, or empty tensors for the layer that combining replaces; 13 of the combining
 * module if there is one; weight and bias of the pooler and of the classifier, empty where there is
 * none.
 */
public final class WeightLayout {

  private static final int LAYER_TENSORS = 12;

  private final Bundle bundle;
  private final EncoderShape shape;
  private final PtcPolicy combining;

  /** The layout for a bundle under a policy. */
  public WeightLayout(Bundle bundle, PruningPolicy policy) {
    this.bundle = bundle;
    this.shape = bundle.config().shape();
    this.combining = policy instanceof PtcPolicy ptc && ptc.combines() ? ptc : null;
  }

  /** The tensors in the program's order. */
  public List<ProgramWeight> tensors() {
    return slots().stream().map(this::weight).toList();
  }

  /**
   * Tensors in the program's order under the bundle's names.
   *
   * @param tensors of the shapes and in the order of {@link #tensors()}, with other values
   */
  public Map<String, FloatTensor> named(List<FloatTensor> tensors) {
    Map<String, FloatTensor> named = new LinkedHashMap<>();
    List<Slot> slots = slots();
    for (int i = 0; i < slots.size(); i++) {
      Slot slot = slots.get(i);
      ByteBuffer bytes = tensors.get(i).bytes();
      for (String name : slot.names()) {
        int[] part = slot.shape();
        if (name.equals(TensorNames.TYPE_EMBEDDINGS)) {
          named.put(name, replaceFirstRow(bundle.weights().require(name, part), bytes));
          continue;
        }
        int length = 4 * elements(part);
        named.put(name, new FloatTensor(part, bytes.slice(bytes.position(), length)));
        bytes.position(bytes.position() + length);
      }
    }
    return named;
  }

  /** Tensors of the bundle that stand one above the other in one tensor of the program. */
  private record Slot(List<String> names, List<Integer> sizes) {

    static Slot empty() {
      return new Slot(List.of(), List.of());
    }

    static Slot of(String name, int... shape) {
      return of(List.of(name), shape);
    }

    static Slot of(List<String> names, int... shape) {
      return new Slot(names, java.util.Arrays.stream(shape).boxed().toList());
    }

    int[] shape() {
      return sizes.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  private List<Slot> slots() {
    int hidden = shape.hidden();
    List<Slot> slots = new ArrayList<>();
    slots.add(Slot.of(TensorNames.WORD_EMBEDDINGS, bundle.config().vocabularySize(), hidden));
    slots.add(Slot.of(TensorNames.POSITION_EMBEDDINGS, bundle.config().maxPositions(), hidden));
    slots.add(Slot.of(TensorNames.TYPE_EMBEDDINGS, bundle.config().typeVocabularySize(), hidden));
    addPair(slots, TensorNames.EMBEDDINGS_NORM, hidden);
    for (int layer = 0; layer < shape.layers(); layer++) {
      addLayer(slots, layer);
    }
    if (combining != null) {
      slots.add(Slot.of(TensorNames.COMBINATION_TOKENS, combining.combinationTokens(), hidden));
      addPair(slots, TensorNames.COMBINING_TOKENS_NORM, hidden);
      addPair(slots, TensorNames.COMBINING_WORDS_NORM, hidden);
      addPair(slots, TensorNames.COMBINING_QUERY, hidden, hidden);
      addPair(slots, TensorNames.COMBINING_KEY, hidden, hidden);
      addPair(slots, TensorNames.COMBINING_VALUE, hidden, hidden);
      addPair(slots, TensorNames.COMBINING_OUTPUT, hidden, hidden);
    }
    if (bundle.pooling() == Pooling.CLS_POOLER) {
      addPair(slots, TensorNames.POOLER, hidden, hidden);
    } else {
      slots.addAll(List.of(Slot.empty(), Slot.empty()));
    }
    if (bundle.labels().isEmpty()) {
      slots.addAll(List.of(Slot.empty(), Slot.empty()));
    } else {
      addPair(slots, TensorNames.CLASSIFIER, bundle.labels().size(), hidden);
    }
    return slots;
  }

  private void addLayer(List<Slot> slots, int index) {
    if (combining != null && index + 1 == combining.combiningLayer()) {
      for (int i = 0; i < LAYER_TENSORS; i++) {
        slots.add(Slot.empty());
      }
      return;
    }
    int hidden = shape.hidden();
    String layer = TensorNames.layer(index);
    String self = layer + ".attention.self.";
    List<String> projections = List.of(self + "query", self + "key", self + "value");
    slots.add(Slot.of(projections.stream().map(TensorNames::weight).toList(), hidden, hidden));
    slots.add(Slot.of(projections.stream().map(TensorNames::bias).toList(), hidden));
    addPair(slots, layer + ".attention.output.dense", hidden, hidden);
    addPair(slots, layer + ".attention.output.LayerNorm", hidden);
    addPair(slots, layer + ".intermediate.dense", shape.intermediate(), hidden);
    addPair(slots, layer + ".output.dense", hidden, shape.intermediate());
    addPair(slots, layer + ".output.LayerNorm", hidden);
  }

  private static void addPair(List<Slot> slots, String prefix, int... shape) {
    slots.add(Slot.of(TensorNames.weight(prefix), shape));
    slots.add(Slot.of(TensorNames.bias(prefix), shape[0]));
  }

  private ProgramWeight weight(Slot slot) {
    if (slot.names().isEmpty()) {
      return ProgramWeight.EMPTY;
    }
    int[] part = slot.shape();
    if (slot.names().equals(List.of(TensorNames.TYPE_EMBEDDINGS))) {
      FloatTensor types = bundle.weights().require(TensorNames.TYPE_EMBEDDINGS, part);
      return new ProgramWeight(List.of(part[1]), List.of(types.firstRow()));
    }
    List<Integer> whole = new ArrayList<>(slot.sizes());
    whole.set(0, part[0] * slot.names().size());
    return new ProgramWeight(
        List.copyOf(whole),
        slot.names().stream().map(name -> bundle.weights().require(name, part)).toList());
  }

  private static FloatTensor replaceFirstRow(FloatTensor matrix, ByteBuffer row) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * matrix.size()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(matrix.bytes()).put(0, row, row.position(), row.remaining());
    return new FloatTensor(matrix.shape(), bytes.flip());
  }

  private static int elements(int[] shape) {
    int product = 1;
    for (int size : shape) {
      product *= size;
    }
    return product;
  }
}
