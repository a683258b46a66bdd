package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.spark.KilledTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Reads the ranges of a partition, which come as {@link JavaBytes}, one after another, as a stream.
 */
final class ReadRanges implements FlatMapFunction<byte[], Row> {

  private static final long serialVersionUID = 1L;

  private final RangeReader reader;
  private final SharedConfiguration configuration;
  private final LatestCounts<FileRange> counts;

  /**
   * A function for one format.
   *
   * @param counts takes the documents of each range that has been read to its end
   */
  ReadRanges(
      RangeReader reader, SharedConfiguration configuration, LatestCounts<FileRange> counts) {
    this.reader = reader;
    this.configuration = configuration;
    this.counts = counts;
  }

  @Override
  public Iterator<Row> call(byte[] travelling) {
    List<FileRange> ranges = JavaBytes.read(travelling);
    Rows rows = new Rows(reader, ranges.iterator(), configuration.value(), counts);
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> rows.close());
    return rows;
  }

  private static final class Rows implements Iterator<Row> {

    private final TaskContext task = TaskContext.get();
    private final RangeReader reader;
    private final Iterator<FileRange> ranges;
    private final Configuration configuration;
    private final LatestCounts<FileRange> counts;
    private FileRange range;
    private long documents;
    private RangeReader.Documents open;
    private Optional<Row> next = Optional.empty();

    Rows(
        RangeReader reader,
        Iterator<FileRange> ranges,
        Configuration configuration,
        LatestCounts<FileRange> counts) {
      this.reader = reader;
      this.ranges = ranges;
      this.configuration = configuration;
      this.counts = counts;
    }

    @Override
    public boolean hasNext() {
      try {
        while (next.isEmpty() && (open != null || ranges.hasNext())) {
          KilledTask.endIfMarked(task);
          if (open == null) {
            range = ranges.next();
            open = reader.open(range, configuration);
            documents = 0;
          }
          next = open.next();
          if (next.isPresent()) {
            documents++;
          } else {
            close();
            counts.add(Map.entry(range, documents));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(named(e));
      }
      return next.isPresent();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Row row = next.orElseThrow();
      next = Optional.empty();
      return row;
    }

    private IOException named(IOException e) {
      return new IOException(
          "Cannot read %s: %s".formatted(range.name(), JobException.reason(e)), e);
    }

    void close() {
      if (open == null) {
        return;
      }
      try {
        open.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        open = null;
      }
    }
  }
}
