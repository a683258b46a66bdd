package io.github.ptcspark.job.corpus;

import java.util.Iterator;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/** Counts the rows of each partition as they pass, once all of them have. */
final class CountRows implements MapPartitionsFunction<Row, Row> {

  private static final long serialVersionUID = 1L;

  private final LatestCounts<Integer> counts;

  CountRows(LatestCounts<Integer> counts) {
    this.counts = counts;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    int partition = TaskContext.getPartitionId();
    return new Iterator<>() {

      private long passed;

      @Override
      public boolean hasNext() {
        if (rows.hasNext()) {
          return true;
        }
        counts.add(Map.entry(partition, passed));
        return false;
      }

      @Override
      public Row next() {
        passed++;
        return rows.next();
      }
    };
  }
}
