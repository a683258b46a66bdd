package io.github.ptcspark.job.run;

import io.github.ptcspark.job.report.ProgressLine;
import java.io.PrintStream;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple4;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * Shows how many documents are done. Executors report with their heartbeats, so the line moves
 * while tasks run and not only when they end.
 */
final class RunProgress extends SparkListener implements AutoCloseable {

  private final SparkSession session;
  private final long accumulator;
  private final ProgressLine line;
  private final TaskCounts documents = new TaskCounts();

  private RunProgress(
      SparkSession session, LongAccumulator accumulator, long total, PrintStream stream) {
    this.session = session;
    this.accumulator = accumulator.id();
    this.line = new ProgressLine(stream, "classify", "documents", total);
  }

  static RunProgress start(
      SparkSession session, LongAccumulator accumulator, long total, PrintStream stream) {
    RunProgress progress = new RunProgress(session, accumulator, total, stream);
    session.sparkContext().addSparkListener(progress);
    return progress;
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    documents.start(start.taskInfo().taskId());
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    for (Tuple4<Object, Object, Object, Seq<AccumulableInfo>> task :
        JavaConverters.seqAsJavaList(update.accumUpdates())) {
      update((Long) task._1(), task._4());
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    long task = end.taskInfo().taskId();
    update(task, end.taskInfo().accumulables());
    documents.end(task, end.taskInfo().successful());
  }

  /** Shows that everything is done, and how many documents that were. */
  void finish(long documents) {
    line.finish(documents);
  }

  @Override
  public void close() {
    session.sparkContext().removeSparkListener(this);
    line.close();
  }

  private void update(long task, Seq<AccumulableInfo> values) {
    for (AccumulableInfo value : JavaConverters.seqAsJavaList(values)) {
      if (value.id() == accumulator && value.update().isDefined()) {
        documents.update(task, ((Number) value.update().get()).longValue());
      }
    }
    line.update(documents.total());
  }
}
