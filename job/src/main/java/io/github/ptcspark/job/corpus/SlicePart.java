package io.github.ptcspark.job.corpus;

import java.util.Comparator;
import java.util.Optional;

/**
 * A file, or some of it, as a part of a slice: the records that begin in a range of its bytes.
 *
 * @param file the file as it was when the slice was planned
 * @param start first byte, as stored
 * @param end first byte after it, at most the file's length
 */
public record SlicePart(InputFile file, long start, long end) {

  /** By path, and within a file by bytes. */
  public static final Comparator<SlicePart> ORDER =
      Comparator.comparing((SlicePart part) -> part.file().path())
          .thenComparingLong(SlicePart::start)
          .thenComparingLong(SlicePart::end);

  static SlicePart whole(InputFile file) {
    return new SlicePart(file, 0, file.length());
  }

  /** Bytes in the range. */
  public long bytes() {
    return end - start;
  }

  /** This part and the one that follows it in the same file, if nothing lies between them. */
  public Optional<SlicePart> with(SlicePart next) {
    return file.equals(next.file) && next.start <= end && start <= next.start
        ? Optional.of(new SlicePart(file, start, Math.max(end, next.end)))
        : Optional.empty();
  }
}
