package io.github.ptcspark.spark;

import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.inference.Alternatives;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.Placement;
import java.lang.ref.Cleaner;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The models of this JVM, each loaded once and shared by all tasks, see {@link LeaseCache}.
 *
 * <p>A model that no task uses goes when another model is wanted, after some minutes, or on {@link
 * #releaseUnused()}. So an executor holds the models that its tasks use and at most one more; on
 * GPUs, one on each.
 */
public final class ClassifierCache {

  /** Longer than a stream or a session of SQL usually pauses, and than a load by far. */
  private static final Duration IDLE = Duration.ofMinutes(10);

  private static final Cleaner CLEANER = Cleaner.create();

  private static final LeaseCache<Key, Classifier> MODELS =
      new LeaseCache<>(
          Classifier::close,
          IDLE,
          (delay, action) ->
              CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS)
                  .execute(action));

  private ClassifierCache() {}

  /** A right to use a model until it is closed. */
  public static final class Lease implements AutoCloseable {

    private final LeaseCache<Key, Classifier>.Lease lease;

    private Lease(LeaseCache<Key, Classifier>.Lease lease) {
      this.lease = lease;
    }

    /** The model. */
    public Classifier classifier() {
      return lease.value();
    }

    /** Closes this lease once nothing refers to an object any more; the object stays usable. */
    void closeAfter(Object owner) {
      CLEANER.register(owner, this::close);
    }

    @Override
    public void close() {
      lease.close();
    }
  }

  /**
   * A model.
   *
   * @param loader loads it, while tasks that want the same model wait
   */
  static Lease acquire(Key key, Supplier<Classifier> loader) {
    return new Lease(MODELS.acquire(key, other -> !other.isSameModel(key), loader));
  }

  /** Frees the models that no task uses. */
  public static void releaseUnused() {
    MODELS.freeUnused();
  }

  /** The number of models in memory. */
  static int size() {
    return Math.toIntExact(MODELS.count(key -> true));
  }

  /** The number of times that a bundle is in memory: once for each way to run it. */
  static long loaded(String digest) {
    return MODELS.count(key -> key.digest.equals(digest));
  }

  /**
   * A bundle and how it is run; with other settings it is another model.
   *
   * @param digest identifies the bundle
   * @param settings how it is run
   * @param alternatives how texts can be read beside what the settings say
   * @param placement where it is loaded
   */
  record Key(
      String digest, ModelSettings settings, Alternatives alternatives, Placement placement) {

    /** Whether it differs in nothing but the place. */
    boolean isSameModel(Key other) {
      return digest.equals(other.digest)
          && settings.equals(other.settings)
          && alternatives.equals(other.alternatives);
    }
  }
}
