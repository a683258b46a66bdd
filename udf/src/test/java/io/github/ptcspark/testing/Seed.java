package io.github.ptcspark.testing;

import java.util.Random;
import org.junit.rules.TestWatcher;
import org.junit.runner.Description;

/**
 * The seed of a test's random inputs, printed when the test fails. {@code -Dptc.seed=N} repeats a
 * failure.
 */
public final class Seed extends TestWatcher {

  private final long value = Long.getLong("ptc.seed", System.nanoTime());

  /** The seed. */
  public long value() {
    return value;
  }

  /** A generator that begins with the seed. */
  public Random random() {
    return new Random(value);
  }

  @Override
  protected void failed(Throwable failure, Description test) {
    System.err.printf("%s failed with seed %s: -Dptc.seed=%s%n", test, value, value);
  }
}
