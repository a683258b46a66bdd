package io.github.ptcspark.bundle;

import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.ProgramStep;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.StepTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors that a model uses, with their shapes, in the order in which the program reads them.
 *
 * <p>The embeddings and their normalisation (5 places); 12 a layer, with query, key and value in
 * one, or empty places for a layer that the policy replaces; those of the policy's steps; weight
 * and bias of the pooler and of the classifier, empty where there is none.
 */
public final class TensorLayout {

  /**
   * A tensor of the program: tensors of the bundle, one above the other.
   *
   * @param names of the bundle's tensors; none if the program reads nothing here
   * @param shape of each of them
   */
  public record Place(List<String> names, List<Integer> shape) {

    private static final Place EMPTY = new Place(List.of(), List.of());

    /** Copies the lists. */
    public Place {
      names = List.copyOf(names);
      shape = List.copyOf(shape);
    }
  }

  private static final int LAYER_PLACES = 12;

  private final List<Place> places = new ArrayList<>();
  private final int firstOfSteps;

  /**
   * The layout of a model.
   *
   * @param labels number of classes; 0 for an encoder without a classifier
   * @param pooling what the classifier reads
   * @param policy decides which layer is replaced and what its steps add
   */
  public TensorLayout(BertConfig config, int labels, Pooling pooling, PruningPolicy policy) {
    this(config, labels, pooling, List.of(policy));
  }

  private TensorLayout(
      BertConfig config, int labels, Pooling pooling, List<PruningPolicy> policies) {
    EncoderShape encoder = config.shape();
    PruningPolicy first = policies.get(0);
    for (PruningPolicy other : policies) {
      if (!other.combination().equals(first.combination())) {
        throw new IllegalArgumentException(
            "Invalid policies for one model: %s and %s do not replace the same layer"
                .formatted(first, other));
      }
    }
    int hidden = encoder.hidden();
    add(TensorNames.WORD_EMBEDDINGS, config.vocabularySize(), hidden);
    add(TensorNames.POSITION_EMBEDDINGS, config.maxPositions(), hidden);
    add(TensorNames.TYPE_EMBEDDINGS, config.typeVocabularySize(), hidden);
    addPair(TensorNames.EMBEDDINGS_NORM, hidden);
    for (int layer = 1; layer <= encoder.layers(); layer++) {
      if (first.replaces(layer)) {
        places.addAll(Collections.nCopies(LAYER_PLACES, Place.EMPTY));
      } else {
        addLayer(TensorNames.layer(layer - 1), encoder);
      }
    }
    this.firstOfSteps = places.size();
    policies.stream()
        .flatMap(policy -> policy.tensors(encoder).stream())
        .distinct()
        .forEach(tensor -> add(tensor.name(), tensor.shape()));
    addPairIf(pooling == Pooling.CLS_POOLER, TensorNames.POOLER, hidden, hidden);
    addPairIf(labels > 0, TensorNames.CLASSIFIER, labels, hidden);
  }

  /** The layout of a bundle under a policy. */
  public static TensorLayout of(Bundle bundle, PruningPolicy policy) {
    return of(bundle, List.of(policy));
  }

  /**
   * The layout of a bundle for several policies.
   *
   * @param policies that replace the same layers
   */
  public static TensorLayout of(Bundle bundle, List<PruningPolicy> policies) {
    return new TensorLayout(bundle.config(), bundle.labels().size(), bundle.pooling(), policies);
  }

  /** The program's tensors. */
  public List<Place> places() {
    return Collections.unmodifiableList(places);
  }

  /** The place of the first tensor of the policy's steps. */
  public int firstOfSteps() {
    return firstOfSteps;
  }

  /**
   * The place of the first tensor of a step; that of the first of all steps if it has none.
   *
   * @throws IllegalArgumentException if no policy has the step
   */
  public int placeOf(ProgramStep step) {
    if (step.tensors().isEmpty()) {
      return firstOfSteps;
    }
    StepTensor first = step.tensors().get(0);
    int place = places.indexOf(new Place(List.of(first.name()), first.shape()));
    if (place < 0) {
      throw new IllegalArgumentException("Invalid step: no policy has " + first.name());
    }
    return place;
  }

  /** Shapes of the bundle's tensors by name. */
  public Map<String, List<Integer>> shapes() {
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    for (Place place : places) {
      place.names().forEach(name -> shapes.put(name, place.shape()));
    }
    return shapes;
  }

  /**
   * The tensors of a model alone, in the order of their use.
   *
   * @throws BundleException if one is missing, has another shape or holds a value that is not
   *     finite
   */
  public Weights select(Weights weights) {
    Map<String, FloatTensor> selected = new LinkedHashMap<>();
    shapes()
        .forEach(
            (name, shape) ->
                selected.put(
                    name,
                    weights.require(name, shape.stream().mapToInt(Integer::intValue).toArray())));
    return new Weights(weights.source(), selected);
  }

  private void addLayer(String layer, EncoderShape encoder) {
    int hidden = encoder.hidden();
    String self = layer + ".attention.self.";
    List<String> projections = List.of(self + "query", self + "key", self + "value");
    places.add(
        new Place(projections.stream().map(TensorNames::weight).toList(), List.of(hidden, hidden)));
    places.add(new Place(projections.stream().map(TensorNames::bias).toList(), List.of(hidden)));
    addPair(layer + ".attention.output.dense", hidden, hidden);
    addPair(layer + ".attention.output.LayerNorm", hidden);
    addPair(layer + ".intermediate.dense", encoder.intermediate(), hidden);
    addPair(layer + ".output.dense", hidden, encoder.intermediate());
    addPair(layer + ".output.LayerNorm", hidden);
  }

  private void addPairIf(boolean present, String prefix, Integer... shape) {
    if (present) {
      addPair(prefix, shape);
    } else {
      places.addAll(Collections.nCopies(2, Place.EMPTY));
    }
  }

  private void addPair(String prefix, Integer... shape) {
    add(TensorNames.weight(prefix), shape);
    add(TensorNames.bias(prefix), shape[0]);
  }

  private void add(String name, Integer... shape) {
    add(name, List.of(shape));
  }

  private void add(String name, List<Integer> shape) {
    places.add(new Place(List.of(name), shape));
  }
}
