package io.github.ptcspark.job.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Divides files into slices and slices into partitions.
 *
 * <p>A partition gets about {@code total / partitions} bytes, at least 64 KiB (some thirty
 * documents) and at most the largest size; a small file counts for 16 KiB more than it has, for the
 * work of opening it. Files that cannot be split count as one slice, whatever their size.
 */
final class SlicePlan {

  private static final long SMALLEST = 64 * 1024;
  private static final long OPENING = 16 * 1024;

  private final List<List<FileSlice>> partitions = new ArrayList<>();
  private final long target;
  private List<FileSlice> open = new ArrayList<>();
  private long openBytes;

  private SlicePlan(long target) {
    this.target = target;
  }

  /**
   * Plans the partitions.
   *
   * @param files in the order in which they are read
   * @param splittable whether a file may be read from its middle
   * @param largest most bytes in a slice
   * @param wanted how many partitions there should be, if there is enough to read
   */
  static List<List<FileSlice>> of(
      List<InputFile> files, Predicate<InputFile> splittable, long largest, int wanted) {
    long total = files.stream().mapToLong(file -> file.length() + OPENING).sum();
    long target = Math.min(largest, Math.max(SMALLEST, -Math.floorDiv(-total, wanted)));
    SlicePlan plan = new SlicePlan(Math.max(1, target));
    for (InputFile file : files) {
      if (splittable.test(file)) {
        plan.split(file);
      } else {
        plan.add(FileSlice.whole(file.path()), file.length() + OPENING);
      }
    }
    plan.close();
    return plan.partitions;
  }

  private void split(InputFile file) {
    for (long start = 0; start < file.length(); start += target) {
      long end = start + target < file.length() ? start + target : Long.MAX_VALUE;
      long bytes = Math.min(target, file.length() - start);
      add(new FileSlice(file.path().toString(), start, end), bytes + OPENING);
    }
  }

  private void add(FileSlice slice, long bytes) {
    if (!open.isEmpty() && openBytes + bytes > target + OPENING) {
      close();
    }
    open.add(slice);
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
