package io.github.ptcspark.job.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Divides the parts of a slice into ranges and ranges into partitions.
 *
 * <p>A partition gets about {@code total / partitions} bytes, at least 64 KiB (some thirty
 * documents) and at most the largest size; a small file counts for 16 KiB more than it has, for the
 * work of opening it. Files that cannot be split count as one range, whatever their size.
 */
final class PartitionPlan {

  private static final long SMALLEST = 64 * 1024;
  private static final long OPENING = 16 * 1024;

  private final List<List<FileRange>> partitions = new ArrayList<>();
  private final long target;
  private List<FileRange> open = new ArrayList<>();
  private long openBytes;

  private PartitionPlan(long target) {
    this.target = target;
  }

  /**
   * Plans the partitions.
   *
   * @param parts in the order in which they are read
   * @param splittable whether a file may be read from its middle
   * @param largest most bytes in a range
   * @param wanted how many partitions there should be, if there is enough to read
   */
  static List<List<FileRange>> of(
      List<SlicePart> parts, Predicate<InputFile> splittable, long largest, int wanted) {
    long total = parts.stream().mapToLong(part -> part.bytes() + OPENING).sum();
    long target = Math.min(largest, Math.max(SMALLEST, -Math.floorDiv(-total, wanted)));
    PartitionPlan plan = new PartitionPlan(Math.max(1, target));
    for (SlicePart part : parts) {
      if (splittable.test(part.file())) {
        plan.split(part);
      } else {
        plan.add(FileRange.whole(part.file().hadoopPath()), part.bytes() + OPENING);
      }
    }
    plan.close();
    return plan.partitions;
  }

  private void split(SlicePart part) {
    for (long start = part.start(); start < part.end(); start += target) {
      long end = Math.min(part.end(), start + target);
      add(new FileRange(part.file().path(), start, end), end - start + OPENING);
    }
  }

  private void add(FileRange range, long bytes) {
    if (!open.isEmpty() && openBytes + bytes > target + OPENING) {
      close();
    }
    open.add(range);
    openBytes += bytes;
  }

  private void close() {
    if (!open.isEmpty()) {
      partitions.add(open);
      open = new ArrayList<>();
      openBytes = 0;
    }
  }
}
