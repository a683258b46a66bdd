package io.github.ptcspark.job.speed;

import io.github.ptcspark.job.JobException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * Measures threads that share a model. Each thread does all documents, starting with another one,
 * so that all are busy to the end. A first round is not counted.
 */
public final class ThreadScaling {

  private final int documents;
  private final int rounds;
  private final List<Integer> threads;

  /**
   * A measurement with one thread, two, and all cores.
   *
   * @param documents how many a thread does in a round
   * @param rounds how often, of which medians are taken
   * @param cores no more threads than these
   */
  public ThreadScaling(int documents, int rounds, int cores) {
    this.documents = documents;
    this.rounds = rounds;
    this.threads = IntStream.of(1, 2, cores).filter(n -> n <= cores).distinct().boxed().toList();
  }

  /** How many documents all threads do in all rounds together. */
  long size() {
    return (long) (rounds + 1) * documents * threads.stream().mapToInt(n -> n).sum();
  }

  /**
   * Runs all rounds, with each number of threads in turn.
   *
   * @param progress told how many of {@link #size} are done
   */
  public List<Scaling> run(Contest.Contender contender, LongConsumer progress) {
    double[][] rates = new double[threads.size()][rounds];
    ExecutorService executor = Executors.newFixedThreadPool(Collections.max(threads));
    try {
      long done = 0;
      for (int round = -1; round < rounds; round++) {
        for (int i = 0; i < threads.size(); i++) {
          double rate = rate(executor, threads.get(i), contender);
          if (round >= 0) {
            rates[i][round] = rate;
          }
          done += (long) threads.get(i) * documents;
          progress.accept(done);
        }
      }
    } finally {
      executor.shutdownNow();
    }
    double one = Medians.of(rates[0]);
    List<Scaling> scalings = new ArrayList<>();
    for (int i = 0; i < threads.size(); i++) {
      double rate = Medians.of(rates[i]);
      scalings.add(new Scaling(threads.get(i), rate, rate / one));
    }
    return scalings;
  }

  /** Documents a second. */
  private double rate(ExecutorService executor, int threads, Contest.Contender contender) {
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      int first = thread * documents / threads;
      tasks.add(
          () -> {
            for (int i = 0; i < documents; i++) {
              contender.run((first + i) % documents);
            }
            return null;
          });
    }
    long start = System.nanoTime();
    try {
      for (Future<Void> task : executor.invokeAll(tasks)) {
        task.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobException("Cannot measure: interrupted", e);
    } catch (ExecutionException e) {
      throw new JobException("Cannot measure: " + JobException.reason(e), e);
    }
    return (double) threads * documents / ((System.nanoTime() - start) / 1e9);
  }
}
