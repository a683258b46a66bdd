package io.github.ptcspark.job.output;

import io.github.ptcspark.job.corpus.SlicePart;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is known of a slice that is committed.
 *
 * @param number identifies the slice in its output
 * @param parts what was read: files as they were then, and which bytes of them
 * @param files what was written: names relative to the output, and the rows of each
 * @param counts what the written files hold
 * @param seconds wall time
 * @param finished when it was committed, as ISO 8601 has it
 */
public record SliceRecord(
    int number,
    List<SlicePart> parts,
    Map<String, Long> files,
    RunCounts counts,
    double seconds,
    String finished) {

  /** Copies the collections. */
  public SliceRecord {
    parts = List.copyOf(parts);
    files = new TreeMap<>(files);
  }
}
