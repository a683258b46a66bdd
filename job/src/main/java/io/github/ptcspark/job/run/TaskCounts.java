package io.github.ptcspark.job.run;

import java.util.HashMap;
import java.util.Map;

/**
 * How much the tasks of a stage have done so far: a running sum, so that a report of one task costs
 * the same however many there are, and memory for those alone that run now. Not for several threads
 * at once.
 */
final class TaskCounts {

  private final Map<Long, Long> running = new HashMap<>();
  private long total;

  /** A task begins. */
  void start(long task) {
    running.put(task, 0L);
  }

  /** A task says how much it has done; one that does not run any more is late, and not heard. */
  void update(long task, long done) {
    Long before = running.replace(task, done);
    if (before != null) {
      total += done - before;
    }
  }

  /** A task ends; what a failed one did is done again by another. */
  void end(long task, boolean successful) {
    Long done = running.remove(task);
    if (done != null && !successful) {
      total -= done;
    }
  }

  /** What is done. */
  long total() {
    return total;
  }
}
