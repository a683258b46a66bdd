package io.github.ptcspark.job.output;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

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
   * Does something with all names, in any order.
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
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> all = new ArrayList<>(names.size());
      for (String name : names) {
        all.add(
            threads.submit(
                () -> {
                  action.accept(name);
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted");
    } finally {
      threads.shutdownNow();
    }
  }
}
