package io.github.ptcspark.job.corpus;

import static org.apache.spark.sql.functions.substring;

import io.github.ptcspark.job.TaskSlots;
import java.io.Serializable;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Column;

/**
 * How long a document may be as it stands in its file. The driver decides it once, from settings
 * that are the same for all executors, and it travels with the readers: what becomes of a document
 * does not depend on who reads it.
 *
 * @param bytes the most bytes, or characters where characters are counted
 */
record DocumentLimit(int bytes) implements Serializable {

  /**
   * Bytes of heap for a byte of a file. At its worst a text is there a dozen times: in a buffer
   * that has just grown, decoded in UTF-16, parsed, as a row, and in the buffers of what is sent
   * and written. As much again is for Spark and for the gaps between such large arrays.
   */
  private static final int HEAP = 24;

  /**
   * No array of a text outgrows what Java allows, whatever it holds: a byte that is no UTF-8
   * becomes three in a row.
   */
  private static final int LARGEST = 1 << 29;

  /** Characters of a longer document that are shown. */
  static final int SHOWN = 300;

  /**
   * The limit under some settings of Spark: the heap of an executor, or of this JVM where it runs
   * the tasks itself, shared by the tasks that run at once.
   */
  static DocumentLimit of(SparkConf settings) {
    Runtime runtime = Runtime.getRuntime();
    return of(settings, runtime.availableProcessors(), runtime.maxMemory());
  }

  /**
   * The same on another machine.
   *
   * @param processors see {@link TaskSlots#of}
   * @param heap the largest heap of this JVM, in bytes
   */
  static DocumentLimit of(SparkConf settings, int processors, long heap) {
    TaskSlots slots = TaskSlots.of(settings, processors);
    return share(
        slots.local() ? heap : settings.getSizeAsBytes("spark.executor.memory", "1g"),
        slots.number());
  }

  private static DocumentLimit share(long heap, int tasks) {
    return new DocumentLimit((int) Math.min(LARGEST, heap / tasks / HEAP));
  }

  /** This limit, or that of this JVM where one document at a time is looked at, if it is lower. */
  DocumentLimit inThisHeap() {
    return new DocumentLimit(Math.min(bytes, share(Runtime.getRuntime().maxMemory(), 1).bytes));
  }

  /**
   * What is wrong with a document that is longer.
   *
   * @param what it is, such as "the line"
   * @param unit what is counted, such as "bytes"
   */
  String problem(String what, long length, String unit) {
    return "%s has %s %s, more than the %s for which an executor has memory"
        .formatted(what, length, unit, bytes);
  }

  /** The beginning of a longer document. */
  static String beginning(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }

  /** A little more than the same of a column. */
  static Column beginning(Column text) {
    return substring(text, 1, SHOWN + 1);
  }
}
