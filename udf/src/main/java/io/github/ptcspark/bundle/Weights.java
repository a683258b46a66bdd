package io.github.ptcspark.bundle;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The tensors of a model by name, in the order in which they were given. */
public final class Weights {

  private final String source;
  private final Map<String, FloatTensor> tensors;
  private final Map<String, String> skipped;

  /**
   * Tensors from one source.
   *
   * @param source the file they come from, for messages
   */
  public Weights(String source, Map<String, FloatTensor> tensors) {
    this(source, tensors, Map.of());
  }

  /**
   * Tensors from one source, some of which could not be read.
   *
   * @param skipped types of the tensors that were left out, by name
   */
  Weights(String source, Map<String, FloatTensor> tensors, Map<String, String> skipped) {
    this.source = source;
    this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    this.skipped = Map.copyOf(skipped);
  }

  /** The file they come from, for messages. */
  public String source() {
    return source;
  }

  /** The same tensors under other names. */
  public Weights renamed(UnaryOperator<String> naming) {
    Map<String, FloatTensor> renamed = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> renamed.put(naming.apply(name), tensor));
    Map<String, String> renamedSkipped = new LinkedHashMap<>();
    skipped.forEach((name, type) -> renamedSkipped.put(naming.apply(name), type));
    return new Weights(source, renamed, renamedSkipped);
  }

  /** All tensors by name. */
  public Map<String, FloatTensor> tensors() {
    return tensors;
  }

  /** The names of all tensors, those included that could not be read. */
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>(tensors.keySet());
    names.addAll(skipped.keySet());
    return names;
  }

  /** Whether there is a tensor of this name. */
  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  /**
   * The tensor of this name and shape.
   *
   * @throws BundleException if it is missing, has another shape or holds a value that is not finite
   */
  public FloatTensor require(String name, int... shape) {
    FloatTensor tensor = tensors.get(name);
    if (skipped.containsKey(name)) {
      throw cannotRead(
          "tensor %s has type %s (readable: F32, F16, BF16)".formatted(name, skipped.get(name)));
    }
    if (tensor == null) {
      throw cannotRead("tensor %s is missing".formatted(name));
    }
    if (!Arrays.equals(tensor.shape(), shape)) {
      throw cannotRead(
          "tensor %s has shape %s instead of %s"
              .formatted(name, Arrays.toString(tensor.shape()), Arrays.toString(shape)));
    }
    int element = tensor.firstNotFinite();
    if (element >= 0) {
      throw cannotRead(
          "tensor %s holds %s at element %s"
              .formatted(name, tensor.values().get(element), element));
    }
    return tensor;
  }

  private BundleException cannotRead(String reason) {
    return new BundleException("Cannot read %s: %s".formatted(source, reason));
  }
}
