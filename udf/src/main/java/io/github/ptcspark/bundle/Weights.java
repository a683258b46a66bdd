package io.github.ptcspark.bundle;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tensors of a model by name, in the order in which they were given. */
public final class Weights {

  private final String source;
  private final Map<String, FloatTensor> tensors;

  /**
   * Tensors from one source.
   *
   * @param source the file they come from, for messages
   */
  public Weights(String source, Map<String, FloatTensor> tensors) {
    this.source = source;
    this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /** All tensors by name. */
  public Map<String, FloatTensor> tensors() {
    return tensors;
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
    if (tensor == null) {
      throw new BundleException("Cannot read %s: tensor %s is missing".formatted(source, name));
    }
    if (!Arrays.equals(tensor.shape(), shape)) {
      throw new BundleException(
          "Cannot read %s: tensor %s has shape %s instead of %s"
              .formatted(source, name, Arrays.toString(tensor.shape()), Arrays.toString(shape)));
    }
    return tensor;
  }
}
