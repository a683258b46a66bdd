package io.github.ptcspark.job.corpus;

import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** The records of a range as they stand in the file, one by one. */
interface LineSource extends Closeable {

  /** How records are found; it travels to the executors. */
  @FunctionalInterface
  interface Opener extends Serializable {

    /**
     * Opens a range.
     *
     * @param limit how much of a record is held
     */
    LineSource open(FileRange range, Configuration configuration, DocumentLimit limit)
        throws IOException;
  }

  /** The next record, or nothing at the end of the range. */
  Optional<Line> next() throws IOException;

  /** Position of the next record. */
  long offset();

  /** What a record is in messages, such as "the line". */
  String what();

  /** Why the file ended early, if it did. */
  Optional<String> damage();
}
