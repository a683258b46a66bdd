package io.github.ptcspark.job.run;

import io.github.ptcspark.job.corpus.SlicePart;
import java.util.List;

/**
 * What is known of a slice that is committed.
 *
 * @param number identifies the slice in its output
 * @param parts what was read: files as they were then, and which bytes of them
 * @param files what was written, relative to the output
 * @param counts what the written files hold
 * @param seconds wall time
 * @param finished when it was committed, as ISO 8601 has it
 */
record SliceRecord(
    int number,
    List<SlicePart> parts,
    List<String> files,
    RunCounts counts,
    double seconds,
    String finished) {

  SliceRecord {
    parts = List.copyOf(parts);
    files = List.copyOf(files);
  }
}
