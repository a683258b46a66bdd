package io.github.ptcspark.job.output;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Collection;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Requests to a file system, several at a time where there are many: each mostly waits. */
final class Together {

  private static final int THREADS = 16;
  private static final int FEW = 4;

  private Together() {}

  /** What is done with a name. */
  interface Action {
    void accept(String name) throws IOException;
  }

  /**
   * Does something with all names, in any order; nothing is being done any more when this returns.
   *
   * @throws IOException if it fails for one; it may not have been done for others then
   */
  static void forEach(Collection<String> names, Action action) throws IOException {
    if (names.size() <= FEW) {
      for (String name : names) {
        action.accept(name);
      }
      return;
    }
    AtomicReference<IOException> failure = new AtomicReference<>();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    for (String name : names) {
      threads.execute(() -> accept(name, action, failure));
    }
    threads.shutdown();
    try {
      while (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
        // There may be very many.
      }
    } catch (InterruptedException e) {
      failure.compareAndSet(null, new InterruptedIOException("interrupted"));
      Thread.currentThread().interrupt();
    }
    if (failure.get() != null) {
      throw failure.get();
    }
  }

  /** After the first failure nothing more is begun. */
  private static void accept(String name, Action action, AtomicReference<IOException> failure) {
    if (failure.get() != null) {
      return;
    }
    try {
      action.accept(name);
    } catch (IOException e) {
      failure.compareAndSet(null, e);
    } catch (RuntimeException e) {
      failure.compareAndSet(null, new IOException(e));
    }
  }
}
