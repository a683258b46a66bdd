package io.github.ptcspark.job.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/** Reads the slices of a partition one after another, as a stream. */
final class ReadSlices implements FlatMapFunction<List<FileSlice>, Row> {

  private static final long serialVersionUID = 1L;

  private final SliceReader reader;
  private final Broadcast<SerializableConfiguration> configuration;

  /** A function for one format. */
  ReadSlices(SliceReader reader, Broadcast<SerializableConfiguration> configuration) {
    this.reader = reader;
    this.configuration = configuration;
  }

  @Override
  public Iterator<Row> call(List<FileSlice> slices) {
    Rows rows = new Rows(reader, slices.iterator(), configuration.value().value());
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> rows.close());
    return rows;
  }

  private static final class Rows implements Iterator<Row> {

    private final SliceReader reader;
    private final Iterator<FileSlice> slices;
    private final Configuration configuration;
    private SliceReader.Documents open;
    private Optional<Row> next = Optional.empty();

    Rows(SliceReader reader, Iterator<FileSlice> slices, Configuration configuration) {
      this.reader = reader;
      this.slices = slices;
      this.configuration = configuration;
    }

    @Override
    public boolean hasNext() {
      try {
        while (next.isEmpty() && (open != null || slices.hasNext())) {
          if (open == null) {
            open = reader.open(slices.next(), configuration);
          }
          next = open.next();
          if (next.isEmpty()) {
            close();
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
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
