package io.github.ptcspark.job.run;

import io.github.ptcspark.bundle.BundleFiles;
import java.util.Locale;

/**
 * Memory that a model needs.
 *
 * @param heap bytes of heap of driver and executors: Spark's own, the tokenizer as it is parsed,
 *     and the weights by blocks, of which Spark keeps as many as there is room for
 * @param beside bytes of an executor beside the heap: PyTorch's library, the weights as they are
 *     read and become what the kernels want, and what each task works on
 */
record MemoryNeeds(long heap, long beside) {

  private static final long MIB = 1024 * 1024;
  private static final long SPARK = 300 * MIB;
  private static final long LIBRARIES = 256 * MIB;
  private static final long TASK = 32 * MIB;
  private static final long BLOCKS = 32 * MIB;
  private static final int COPIES_OF_TEXT = 24;

  /**
   * The needs of a model.
   *
   * @param tasks that run at once in an executor
   */
  static MemoryNeeds of(BundleFiles files, int tasks) {
    return new MemoryNeeds(
        SPARK + BLOCKS + COPIES_OF_TEXT * (files.size() - files.weightBytes()),
        LIBRARIES + files.weightBytes() * 3 / 2 + TASK * tasks);
  }

  static String text(long bytes) {
    return String.format(Locale.ROOT, "%,d MiB", (bytes + MIB - 1) / MIB);
  }
}
