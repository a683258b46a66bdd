package io.github.ptcspark.job.corpus;

import java.util.List;

/**
 * A part of a corpus that is classified and committed as one.
 *
 * @param parts files and ranges of files, at least one
 */
public record Slice(List<SlicePart> parts) {

  /** Copies the parts. */
  public Slice {
    parts = List.copyOf(parts);
  }

  /** Several slices as one. */
  public static Slice of(List<Slice> slices) {
    return new Slice(slices.stream().flatMap(slice -> slice.parts().stream()).toList());
  }

  /** Bytes of all parts, as stored. */
  public long bytes() {
    return parts.stream().mapToLong(SlicePart::bytes).sum();
  }
}
