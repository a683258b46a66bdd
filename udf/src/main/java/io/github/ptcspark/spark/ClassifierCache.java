package io.github.ptcspark.spark;

import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.Placement;
import java.lang.ref.Cleaner;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The models of this JVM, each loaded once and shared by all tasks.
 *
 * <p>The first task that wants a model loads it while the others wait. A model that no task uses
 * stays, since the next task will want it; it goes when another model is wanted or on {@link
 * #releaseUnused()}. So an executor holds one model, whatever the number of tasks; on GPUs, one on
 * each.
 */
public final class ClassifierCache {

  private static final Map<Key, Entry> ENTRIES = new HashMap<>();
  private static final Cleaner CLEANER = Cleaner.create();

  private ClassifierCache() {}

  /** A right to use a model until it is closed. */
  public static final class Lease implements AutoCloseable {

    private final Entry entry;
    private boolean closed;

    private Lease(Entry entry) {
      this.entry = entry;
    }

    /** The model. */
    public Classifier classifier() {
      return entry.classifier;
    }

    /** Closes this lease once nothing refers to an object any more; the object stays usable. */
    void closeAfter(Object owner) {
      CLEANER.register(owner, this::close);
    }

    @Override
    public void close() {
      synchronized (ENTRIES) {
        if (!closed) {
          closed = true;
          entry.leases--;
        }
      }
    }
  }

  /**
   * The model of a bundle.
   *
   * @param digest identifies the bundle
   * @param settings how it is run; the same bundle with other settings is another model
   * @param placement where it is loaded
   * @param loader loads it; called at most once at a time
   */
  public static Lease acquire(
      String digest, ModelSettings settings, Placement placement, Supplier<Classifier> loader) {
    synchronized (ENTRIES) {
      Key key = new Key(digest, settings, placement);
      Entry entry = ENTRIES.get(key);
      if (entry == null) {
        releaseUnused(other -> !other.isSameModel(key));
        entry = new Entry(loader.get());
        ENTRIES.put(key, entry);
      }
      entry.leases++;
      return new Lease(entry);
    }
  }

  /** Frees the models that no task uses. */
  public static void releaseUnused() {
    releaseUnused(key -> true);
  }

  private static void releaseUnused(Predicate<Key> which) {
    synchronized (ENTRIES) {
      ENTRIES
          .entrySet()
          .removeIf(
              loaded -> {
                Entry entry = loaded.getValue();
                boolean goes = entry.leases == 0 && which.test(loaded.getKey());
                if (goes) {
                  entry.classifier.close();
                }
                return goes;
              });
    }
  }

  /** The number of models in memory. */
  static int size() {
    synchronized (ENTRIES) {
      return ENTRIES.size();
    }
  }

  /** The number of times that a bundle is in memory: once for each way to run it. */
  static long loaded(String digest) {
    synchronized (ENTRIES) {
      return ENTRIES.keySet().stream().filter(key -> key.digest.equals(digest)).count();
    }
  }

  private record Key(String digest, ModelSettings settings, Placement placement) {

    /** Whether it differs in nothing but the place. */
    boolean isSameModel(Key other) {
      return digest.equals(other.digest) && settings.equals(other.settings);
    }
  }

  private static final class Entry {
    private final Classifier classifier;
    private int leases;

    Entry(Classifier classifier) {
      this.classifier = classifier;
    }
  }
}
