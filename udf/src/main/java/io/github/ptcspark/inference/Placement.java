package io.github.ptcspark.inference;

import java.util.OptionalInt;

/**
 * Where a model runs and how much goes into one call.
 *
 * @param gpu the number of the GPU; absent on the processor
 * @param tokensAtOnce texts are packed into a call as long as they have no more tokens together; 1
 *     gives every window of a text a call of its own
 */
public record Placement(OptionalInt gpu, int tokensAtOnce) {

  /** On the processor, one window a call: nothing that runs beside a text changes a bit of it. */
  public static final Placement CPU = new Placement(OptionalInt.empty(), 1);

  /** Enough for the products of a small encoder to fill a GPU. */
  private static final int GPU_TOKENS = 16_384;

  /** On a GPU. */
  public static Placement gpu(int number) {
    return new Placement(OptionalInt.of(number), GPU_TOKENS);
  }

  @Override
  public String toString() {
    return gpu.isPresent() ? "GPU " + gpu.getAsInt() : "CPU";
  }
}
