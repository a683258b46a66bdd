package io.github.ptcspark.job.corpus;

import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;

/** How a format turns a range of a file into documents; it travels to the executors. */
interface RangeReader extends Serializable {

  /** Opens a range. */
  Documents open(FileRange range, Configuration configuration) throws IOException;

  /** The documents of one range, as a stream. */
  interface Documents extends Closeable {

    /** The next document, or nothing at the end. */
    Optional<Row> next() throws IOException;
  }
}
