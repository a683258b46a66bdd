package io.github.ptcspark.job.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Cuts what is still to be done of a corpus into slices of about one size: files are taken in the
 * order of their paths, large ones are divided where their format allows it, small ones share a
 * slice.
 */
final class SlicePlan {

  private final long target;
  private final List<Slice> slices = new ArrayList<>();
  private List<SlicePart> open = new ArrayList<>();
  private long openBytes;

  private SlicePlan(long target) {
    this.target = target;
  }

  /**
   * Plans the slices.
   *
   * @param parts what is to be done, by path
   * @param splittable whether a file may be read from its middle
   * @param target bytes a slice
   */
  static List<Slice> of(List<SlicePart> parts, Predicate<InputFile> splittable, long target) {
    SlicePlan plan = new SlicePlan(target);
    parts.forEach(part -> plan.add(part, splittable.test(part.file())));
    plan.close();
    return plan.slices;
  }

  private void add(SlicePart part, boolean splittable) {
    if (!splittable) {
      addWhole(part);
      return;
    }
    long start = part.start();
    do {
      long end = Math.min(part.end(), start + target);
      addWhole(new SlicePart(part.file(), start, end));
      start = end;
    } while (start < part.end());
  }

  private void addWhole(SlicePart part) {
    if (!open.isEmpty() && openBytes + part.bytes() > target) {
      close();
    }
    open.add(part);
    openBytes += part.bytes();
  }

  private void close() {
    if (!open.isEmpty()) {
      slices.add(new Slice(open));
      open = new ArrayList<>();
      openBytes = 0;
    }
  }
}
