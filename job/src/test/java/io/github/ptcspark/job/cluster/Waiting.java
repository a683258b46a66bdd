package io.github.ptcspark.job.cluster;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other processes do, by looking again and again. */
final class Waiting {

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final long MILLIS_BETWEEN_LOOKS = 20;

  private Waiting() {}

  /**
   * Looks until there is something.
   *
   * @param what it is, for the message
   * @throws AssertionError if it does not come
   */
  static <T> T forThe(String what, Supplier<Optional<T>> look) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      Optional<T> found = look.get();
      if (found.isPresent()) {
        return found.get();
      }
      pause();
    }
    throw new AssertionError("No %s within %s".formatted(what, PATIENCE));
  }

  /** Looks until something is so. */
  static void until(String what, BooleanSupplier look) {
    forThe(what, () -> look.getAsBoolean() ? Optional.of(what) : Optional.empty());
  }

  private static void pause() {
    try {
      Thread.sleep(MILLIS_BETWEEN_LOOKS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
