package io.github.ptcspark.job.cluster;

import java.util.function.Supplier;

/**
 * A run from the instant on at which it took the lock of its output: from here on instants count.
 *
 * @param output what it writes
 * @param start that instant, as {@link System#nanoTime()} has it
 */
record Run(DeployMode mode, LoggedProcess process, String output, long start) {

  /** Starts a run and waits until it holds the lock of its output, or has ended. */
  static Run start(DeployMode mode, String output, Supplier<LoggedProcess> submission) {
    String before = ClusterTest.lock(output);
    LoggedProcess process = submission.get();
    Waiting.until(
        "lock of " + process, () -> !process.isAlive() || !ClusterTest.lock(output).equals(before));
    return new Run(mode, process, output, System.nanoTime());
  }

  /** Whether it ends within so many nanoseconds after it took the lock; returns then. */
  boolean endsBefore(long nanos) {
    return process.endsBefore(start + nanos);
  }
}
