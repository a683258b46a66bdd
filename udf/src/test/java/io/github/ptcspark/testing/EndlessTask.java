package io.github.ptcspark.testing;

import java.io.Serializable;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.TaskCompletionListener;

/** A task of a local Spark that has always more to do and does not look whether it is cancelled. */
public final class EndlessTask {

  private static final String GROUP = "endless";
  private static final int ELEMENTS_BEFORE = 20;
  private static final int SECONDS = 120;

  private static CountDownLatch running = new CountDownLatch(ELEMENTS_BEFORE);
  private static CountDownLatch ended = new CountDownLatch(1);

  private EndlessTask() {}

  /** Makes an element of a number; it travels to the task. */
  public interface Element<T> extends LongFunction<T>, Serializable {}

  /** Elements without end, in one partition. */
  public static <T> JavaRDD<T> elements(SparkSession session, Element<T> element) {
    return JavaSparkContext.fromSparkContext(session.sparkContext())
        .parallelize(List.of(0), 1)
        .map(EndlessTask::begun)
        .flatMap(
            first ->
                LongStream.iterate(first, number -> number + 1)
                    .peek(number -> progress())
                    .mapToObj(element)
                    .iterator());
  }

  /** What a task calls before all else, so that its end is seen after all that it does then. */
  public static <T> T begun(T input) {
    TaskContext.get()
        .addTaskCompletionListener((TaskCompletionListener) context -> ended.countDown());
    return input;
  }

  /** What a task calls for each element. */
  public static void progress() {
    running.countDown();
  }

  /**
   * Runs a job with such a task, cancels it among the elements and waits for the task's end.
   *
   * @throws Exception what the job throws
   */
  public static void cancelOnceRunning(SparkSession session, Runnable job) throws Exception {
    running = new CountDownLatch(ELEMENTS_BEFORE);
    ended = new CountDownLatch(1);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> result =
          thread.submit(
              () -> {
                session.sparkContext().setJobGroup(GROUP, "endless", false);
                job.run();
              });
      running.await(SECONDS, TimeUnit.SECONDS);
      session.sparkContext().cancelJobGroup(GROUP);
      result.get();
    } catch (ExecutionException e) {
      throw (Exception) e.getCause();
    } finally {
      thread.shutdown();
    }
  }

  /** Whether the task has ended, if need be after a wait. */
  public static boolean hasEnded() throws InterruptedException {
    return ended.await(SECONDS, TimeUnit.SECONDS);
  }
}
