package io.github.ptcspark.job.corpus;

/**
 * A file, or some of it, as a part of a slice: the records that begin in a range of its bytes.
 *
 * @param file the file as it was when the slice was planned
 * @param start first byte, as stored
 * @param end first byte after it, at most the file's length
 */
public record SlicePart(InputFile file, long start, long end) {

  static SlicePart whole(InputFile file) {
    return new SlicePart(file, 0, file.length());
  }

  /** Bytes in the range. */
  public long bytes() {
    return end - start;
  }
}
