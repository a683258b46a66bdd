package io.github.ptcspark.job.run;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.Slice;
import io.github.ptcspark.job.output.SliceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;

/**
 * Has slices written, two at a time: the second keeps the cores busy that the last tasks of the
 * first leave idle. The first that fails ends the work.
 */
final class SliceQueue {

  private static final int AT_ONCE = 2;
  private static final String PREFIX = "Cannot classify: ";

  private final SparkContext context;
  private final SliceWriter writer;
  private final String jobGroup = "ptc-classify-" + UUID.randomUUID();
  private volatile boolean ending;

  SliceQueue(SparkContext context, SliceWriter writer) {
    this.context = context;
    this.writer = writer;
  }

  /**
   * Writes slices.
   *
   * @param firstNumber the number of the first of them
   * @throws JobException if one fails; those that were committed before stay
   */
  List<SliceRecord> write(List<Slice> slices, int firstNumber) {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    CompletionService<SliceRecord> work = new ExecutorCompletionService<>(threads);
    for (int i = 0; i < slices.size(); i++) {
      int number = firstNumber + i;
      Slice slice = slices.get(i);
      work.submit(
          () -> {
            context.setJobGroup(jobGroup, "slice " + number, false);
            return ending ? null : writer.write(number, slice);
          });
    }
    List<SliceRecord> records = new ArrayList<>();
    try {
      while (records.size() < slices.size()) {
        records.add(work.take().get());
      }
      return records;
    } catch (ExecutionException e) {
      throw failure(e.getCause(), records.size(), slices.size());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobException("Cannot classify: interrupted", e);
    } finally {
      end(threads);
    }
  }

  /**
   * Stops what still runs, and waits until it has ended. Tasks end after the document in hand; a
   * slice that is being committed is committed.
   */
  private void end(ExecutorService threads) {
    ending = true;
    threads.shutdown();
    try {
      while (!threads.isTerminated()) {
        if (!context.isStopped()) {
          context.cancelJobGroup(jobGroup);
        }
        threads.awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static JobException failure(Throwable cause, int committed, int slices) {
    String reason = cause instanceof JobException ? cause.getMessage() : JobException.reason(cause);
    String prefix = cause instanceof JobException || reason.startsWith(PREFIX) ? "" : PREFIX;
    return new JobException(
        "%s%s\n%s of %s slices are committed; the same command goes on from there"
            .formatted(prefix, reason, committed, slices),
        cause);
  }
}
