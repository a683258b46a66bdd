package io.github.ptcspark.spark;

import io.github.ptcspark.inference.Classifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;

/**
 * Labels the documents of a partition as a stream: one row in, one row out, in order, and nothing
 * in between but what goes through the model in one call.
 *
 * <p>Rows come as {@link DocumentSchema} and leave as {@link ClassifiedSchema}. The model is loaded
 * once in an executor and shared by its tasks; a document that it refuses is rejected alone. A task
 * that is killed ends after the document in hand.
 */
public final class ClassifyPartition implements MapPartitionsFunction<Row, Row> {

  private static final long serialVersionUID = 1L;

  private final SharedModel model;
  private final Audit audit;
  private final LongAccumulator progress;

  /**
   * A function for one model.
   *
   * @param progress counts documents while a run goes on; counts again what a retried task repeats
   */
  public ClassifyPartition(SharedModel model, LongAccumulator progress) {
    this(model, Audit.NONE, progress);
  }

  /**
   * The same that audits.
   *
   * @param audit which documents are classified in full too; if any, the model must have been
   *     shared for that
   * @param progress counts documents while a run goes on; counts again what a retried task repeats
   */
  public ClassifyPartition(SharedModel model, Audit audit, LongAccumulator progress) {
    this.model = model;
    this.audit = audit;
    this.progress = progress;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> documents) {
    if (!documents.hasNext()) {
      return documents;
    }
    return new Rows(documents, model.classifierOfTask(), audit, progress);
  }

  /** The classified rows of some documents. */
  static class Rows implements Iterator<Row> {

    private final Iterator<Row> documents;
    private final Classifier classifier;
    private final Audit audit;
    private final LongAccumulator progress;
    private final TaskContext task = TaskContext.get();
    private final Queue<Row> ready = new ArrayDeque<>();

    Rows(Iterator<Row> documents, Classifier classifier, Audit audit, LongAccumulator progress) {
      this.documents = documents;
      this.classifier = classifier;
      this.audit = audit;
      this.progress = progress;
    }

    @Override
    public final boolean hasNext() {
      return !ready.isEmpty() || documents.hasNext();
    }

    @Override
    public final Row next() {
      if (ready.isEmpty()) {
        List<Row> gathered = new ArrayList<>();
        Pack pack = Pack.gather(classifier, documents, gathered, task);
        ready.addAll(classified(pack, gathered));
      }
      progress.add(1);
      return ready.remove();
    }

    /** The rows of documents that go through the model together. */
    List<Row> classified(Pack pack, List<Row> gathered) {
      List<Outcome> outcomes = new ArrayList<>(pack.classify());
      List<Integer> audited =
          IntStream.range(0, gathered.size())
              .filter(place -> audit.takes(gathered.get(place)))
              .boxed()
              .toList();
      pack.labelsInFull(outcomes, audited)
          .forEach((place, label) -> outcomes.set(place, outcomes.get(place).withAudit(label)));
      return Outcome.rows(outcomes, gathered);
    }
  }
}
