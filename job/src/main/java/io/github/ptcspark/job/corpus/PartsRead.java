package io.github.ptcspark.job.corpus;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * What has been read of files so far, in the order of {@link SlicePart#ORDER}. It may be far more
 * than fits in memory, so it is met as a stream.
 */
@FunctionalInterface
public interface PartsRead {

  /** Nothing. */
  PartsRead NONE = Stream::empty;

  /**
   * The parts, from the first on; to be closed.
   *
   * @throws IOException if they cannot be read; the stream throws {@link
   *     java.io.UncheckedIOException} if that fails later
   */
  Stream<SlicePart> open() throws IOException;

  /** These parts, given in any order. */
  static PartsRead of(Collection<SlicePart> parts) {
    List<SlicePart> sorted = parts.stream().sorted(SlicePart.ORDER).toList();
    return sorted::stream;
  }
}
