package io.github.ptcspark.spark;

import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;

/**
 * The end of a task that Spark has killed: its job was cancelled, or another attempt came first.
 * Spark interrupts nothing by itself and only marks the task, so whoever goes from document to
 * document looks between them.
 */
public final class KilledTask {

  private KilledTask() {}

  /**
   * Ends the task if it is marked.
   *
   * @param task the task in hand; null outside of one
   * @throws TaskKilledException if it is; Spark then reports it as killed and not as failed
   */
  public static void endIfMarked(TaskContext task) {
    if (task != null && task.isInterrupted()) {
      throw new TaskKilledException();
    }
  }
}
