package io.github.ptcspark.job.run;

import io.github.ptcspark.bundle.BundleFiles;
import java.util.Locale;

/**
 * Memory that a model needs.
 *
 * @param driver bytes of heap of the driver on a cluster: Spark's own, the bundle, and its blocks
 *     as they wait to be fetched; it loads no model
 * @param heap bytes of heap of an executor: Spark's own, the bundle as it arrives in blocks and put
 *     together, and the archive that PyTorch reads, in a buffer that grows by doubling
 * @param beside bytes of an executor beside the heap: PyTorch's library, the weights as they are
 *     read and as the kernels want them, and what each task works on
 */
record MemoryNeeds(long driver, long heap, long beside) {

  private static final long MIB = 1024 * 1024;
  private static final long SPARK = 300 * MIB;
  private static final long LIBRARIES = 256 * MIB;
  private static final long TASK = 32 * MIB;
  private static final int COPIES_IN_DRIVER = 2;
  private static final int COPIES_IN_HEAP = 5;
  private static final int COPIES_BESIDE = 2;

  /**
   * The needs of a model.
   *
   * @param tasks that run at once in an executor
   */
  static MemoryNeeds of(BundleFiles files, int tasks) {
    return new MemoryNeeds(
        SPARK + COPIES_IN_DRIVER * files.size(),
        SPARK + COPIES_IN_HEAP * files.size(),
        LIBRARIES + COPIES_BESIDE * files.size() + TASK * tasks);
  }

  static String text(long bytes) {
    return String.format(Locale.ROOT, "%,d MiB", (bytes + MIB - 1) / MIB);
  }
}
