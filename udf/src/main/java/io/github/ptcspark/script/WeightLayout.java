package io.github.ptcspark.script;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.TensorLayout;
import io.github.ptcspark.bundle.TensorLayout.Place;
import io.github.ptcspark.bundle.TensorNames;
import io.github.ptcspark.pruning.PruningPolicy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A bundle's tensors as the program wants them, and the way back. Of the type embeddings it wants
 * the first row.
 */
public final class WeightLayout {

  private final Bundle bundle;
  private final List<Place> places;

  /**
   * The layout for a bundle.
   *
   * @param policies that replace the same layers
   */
  public WeightLayout(Bundle bundle, List<PruningPolicy> policies) {
    this.bundle = bundle;
    this.places = TensorLayout.of(bundle, policies).places();
  }

  /** The tensors in the program's order. */
  public List<ProgramWeight> tensors() {
    return places.stream().map(this::weight).toList();
  }

  /**
   * Tensors in the program's order under the bundle's names.
   *
   * @param tensors of the shapes and in the order of {@link #tensors()}, with other values
   */
  public Map<String, FloatTensor> named(List<FloatTensor> tensors) {
    Map<String, FloatTensor> named = new LinkedHashMap<>();
    for (int i = 0; i < places.size(); i++) {
      ByteBuffer bytes = tensors.get(i).bytes();
      int[] part = shape(places.get(i));
      for (String name : places.get(i).names()) {
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

  private ProgramWeight weight(Place place) {
    if (place.names().isEmpty()) {
      return ProgramWeight.EMPTY;
    }
    int[] part = shape(place);
    if (place.names().equals(List.of(TensorNames.TYPE_EMBEDDINGS))) {
      FloatTensor types = bundle.weights().require(TensorNames.TYPE_EMBEDDINGS, part);
      return new ProgramWeight(List.of(part[1]), List.of(types.firstRow()));
    }
    List<Integer> whole = new ArrayList<>(place.shape());
    whole.set(0, part[0] * place.names().size());
    return new ProgramWeight(
        List.copyOf(whole),
        place.names().stream().map(name -> bundle.weights().require(name, part)).toList());
  }

  private static int[] shape(Place place) {
    return place.shape().stream().mapToInt(Integer::intValue).toArray();
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
