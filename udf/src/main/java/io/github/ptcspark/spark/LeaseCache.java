package io.github.ptcspark.spark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Values that are dear, each loaded once, shared by threads, and freed when nobody uses it.
 *
 * <p>The first thread that wants a value loads it; others that want the same wait for that load
 * alone. A load that fails fails for the thread that tried it: the next one tries for itself, since
 * what ended the first, such as the end of its task, need not end the second.
 *
 * <p>A value without users stays, since somebody may soon want it. It goes when another is loaded,
 * or once it has had no user for some time.
 */
final class LeaseCache<K, V> {

  /** Runs something later. */
  interface Timer {
    void after(Duration delay, Runnable action);
  }

  private final Map<K, Entry<V>> entries = new HashMap<>();
  private final Consumer<V> free;
  private final Duration idle;
  private final Timer timer;

  /**
   * An empty cache.
   *
   * @param free frees a value
   * @param idle how long a value stays without a user, at least; at most twice as long
   */
  LeaseCache(Consumer<V> free, Duration idle, Timer timer) {
    this.free = free;
    this.idle = idle;
    this.timer = timer;
  }

  /** A right to use a value until it is closed. */
  final class Lease implements AutoCloseable {

    private final K key;
    private final Entry<V> entry;
    private boolean closed;

    private Lease(K key, Entry<V> entry) {
      this.key = key;
      this.entry = entry;
    }

    V value() {
      return entry.value.join();
    }

    @Override
    public void close() {
      synchronized (LeaseCache.this) {
        if (!closed) {
          closed = true;
          entry.users--;
          entry.uses++;
          freeLater(key, entry);
        }
      }
    }
  }

  /**
   * A value, loaded if need be.
   *
   * @param makeWay which values without users are freed before this one is loaded
   */
  Lease acquire(K key, Predicate<K> makeWay, Supplier<V> loader) {
    while (true) {
      Entry<V> entry;
      List<V> unused = List.of();
      boolean isNew;
      synchronized (this) {
        entry = entries.get(key);
        isNew = entry == null;
        if (isNew) {
          unused = removeUnused(makeWay);
          entry = new Entry<>();
          entries.put(key, entry);
        }
        entry.users++;
      }
      if (isNew) {
        load(key, entry, unused, loader);
        return new Lease(key, entry);
      }
      Lease lease = new Lease(key, entry);
      if (isLoaded(lease)) {
        return lease;
      }
    }
  }

  /** Frees the values that have no user. */
  void freeUnused() {
    List<V> unused;
    synchronized (this) {
      unused = removeUnused(key -> true);
    }
    unused.forEach(free);
  }

  /** The number of values that are loaded or being loaded. */
  synchronized long count(Predicate<K> which) {
    return entries.keySet().stream().filter(which).count();
  }

  /** Without the lock: whoever wants another value does not wait. */
  private void load(K key, Entry<V> entry, List<V> unused, Supplier<V> loader) {
    try {
      unused.forEach(free);
      entry.value.complete(loader.get());
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        entries.remove(key, entry);
      }
      entry.value.completeExceptionally(e);
      throw e;
    }
  }

  private boolean isLoaded(Lease lease) {
    try {
      lease.entry.value.get();
      return true;
    } catch (ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      lease.close();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot load the model: the task was interrupted", e);
    }
  }

  private List<V> removeUnused(Predicate<K> which) {
    List<V> unused = new ArrayList<>();
    Iterator<Map.Entry<K, Entry<V>>> all = entries.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<K, Entry<V>> entry = all.next();
      if (entry.getValue().users == 0 && which.test(entry.getKey())) {
        unused.add(entry.getValue().value.join());
        all.remove();
      }
    }
    return unused;
  }

  /** One timer for an entry, however often it is used meanwhile. */
  private void freeLater(K key, Entry<V> entry) {
    if (entry.users == 0 && !entry.timed && entries.get(key) == entry) {
      entry.timed = true;
      long uses = entry.uses;
      timer.after(idle, () -> freeUnlessUsedSince(key, entry, uses));
    }
  }

  private void freeUnlessUsedSince(K key, Entry<V> entry, long uses) {
    synchronized (this) {
      entry.timed = false;
      if (entry.users > 0 || entries.get(key) != entry) {
        return;
      }
      if (entry.uses != uses) {
        freeLater(key, entry);
        return;
      }
      entries.remove(key);
    }
    free.accept(entry.value.join());
  }

  private static final class Entry<V> {
    private final CompletableFuture<V> value = new CompletableFuture<>();
    private int users;

    /** How many of them have come and gone. */
    private long uses;

    private boolean timed;
  }
}
