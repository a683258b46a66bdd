package io.github.ptcspark.job.corpus;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Cuts what is still to be done of a corpus into slices of about one size: files are taken in the
 * order of their paths, large ones are divided where their format allows it, small ones share a
 * slice. What is done may have been cut in any other way.
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
   * @param files files of the corpus by path, none of which has changed
   * @param done parts that need not be done again
   * @param splittable whether a file may be read from its middle
   * @param target bytes a slice
   */
  static List<Slice> of(
      List<InputFile> files, List<SlicePart> done, Predicate<InputFile> splittable, long target) {
    Map<String, List<SlicePart>> doneByPath = new HashMap<>();
    for (SlicePart part : done) {
      doneByPath.computeIfAbsent(part.file().path(), path -> new ArrayList<>()).add(part);
    }
    SlicePlan plan = new SlicePlan(target);
    for (InputFile file : files) {
      List<SlicePart> doneOfFile = doneByPath.get(file.path());
      if (doneOfFile == null) {
        plan.add(SlicePart.whole(file), splittable.test(file));
      } else {
        remaining(file, doneOfFile).forEach(part -> plan.add(part, splittable.test(file)));
      }
    }
    plan.close();
    return plan.slices;
  }

  /** The gaps between the parts that are done. */
  private static List<SlicePart> remaining(InputFile file, List<SlicePart> done) {
    List<SlicePart> gaps = new ArrayList<>();
    long at = 0;
    for (SlicePart part :
        done.stream().sorted(Comparator.comparingLong(SlicePart::start)).toList()) {
      if (part.start() > at) {
        gaps.add(new SlicePart(file, at, part.start()));
      }
      at = Math.max(at, part.end());
    }
    if (at < file.length()) {
      gaps.add(new SlicePart(file, at, file.length()));
    }
    return gaps;
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
