package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.testing.EndlessTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.Test;

/** A task that is cancelled among records without end does end, and closes its file. */
public class ReadRangesTest extends CorpusTestBase {

  private static final AtomicInteger OPEN = new AtomicInteger();

  @Test
  public void aCancelledTaskEndsAfterTheRecordInHand() throws Exception {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark().sparkContext());
    byte[] range = JavaBytes.of(new ArrayList<>(List.of(new FileRange("file:/endless", 0, 1))));
    LatestCounts<FileRange> counts = new LatestCounts<>();
    spark().sparkContext().register(counts);
    ReadRanges read = new ReadRanges(new Endless(), SharedConfiguration.broadcast(spark()), counts);
    assertThatThrownBy(
            () ->
                EndlessTask.cancelOnceRunning(
                    spark(),
                    () ->
                        context
                            .parallelize(List.of(range), 1)
                            .map(EndlessTask::begun)
                            .flatMap(read)
                            .foreach(row -> {})))
        .hasMessageContaining("cancelled");
    assertThat(EndlessTask.hasEnded()).isTrue();
    assertThat(OPEN).hasValue(0);
    assertThat(counts.value()).isEmpty();
  }

  /** A file without end. */
  private static final class Endless implements RangeReader {

    private static final long serialVersionUID = 1L;

    @Override
    public Documents open(FileRange range, Configuration configuration) {
      OPEN.incrementAndGet();
      return new Documents() {

        @Override
        public Optional<Row> next() {
          EndlessTask.progress();
          return Optional.of(RowFactory.create("id", "text", null));
        }

        @Override
        public void close() {
          OPEN.decrementAndGet();
        }
      };
    }
  }
}
