package io.github.ptcspark.bench;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;

/** Adds up the processor time of a session's tasks. */
final class TaskCpuTime extends SparkListener {

  private final AtomicLong nanos = new AtomicLong();

  private TaskCpuTime() {}

  /** Begins to count. */
  static TaskCpuTime of(SparkSession session) {
    TaskCpuTime time = new TaskCpuTime();
    session.sparkContext().addSparkListener(time);
    return time;
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    nanos.addAndGet(end.taskMetrics().executorCpuTime());
  }

  /** Nanoseconds so far; of all tasks once the session was stopped. */
  long nanos() {
    return nanos.get();
  }
}
