package io.github.ptcspark.inference;

import java.util.OptionalInt;

/**
 * Where a model runs.
 *
 * @param gpu the number of the GPU; absent on the processor
 */
public record Placement(OptionalInt gpu) {

  /** On the processor. */
  public static final Placement CPU = new Placement(OptionalInt.empty());

  /** On a GPU. */
  public static Placement gpu(int number) {
    return new Placement(OptionalInt.of(number));
  }

  @Override
  public String toString() {
    return gpu.isPresent() ? "GPU " + gpu.getAsInt() : "CPU";
  }
}
