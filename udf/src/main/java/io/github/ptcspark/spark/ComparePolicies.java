package io.github.ptcspark.spark;

import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.pruning.PruningPolicy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.LongAccumulator;

/**
 * Labels the documents of a partition under several policies, those of one call under one after
 * another, so that times can be compared: a row for every document and policy.
 *
 * <p>Rows come as {@link DocumentSchema} and leave as {@link ClassifiedSchema} with one more kept
 * column, the last: the policy's text.
 */
public final class ComparePolicies implements MapPartitionsFunction<Row, Row> {

  private static final long serialVersionUID = 1L;

  private final SharedModel model;
  private final LongAccumulator progress;

  /**
   * A function for one model and its policies.
   *
   * @param progress counts documents, once for each policy; counts again what a retried task
   *     repeats
   */
  public ComparePolicies(SharedModel model, LongAccumulator progress) {
    this.model = model;
    this.progress = progress;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> documents) {
    if (!documents.hasNext()) {
      return documents;
    }
    List<PruningPolicy> policies = new ArrayList<>(List.of(model.settings().policy()));
    policies.addAll(model.others());
    return new Rows(documents, model.classifierOfTask(), policies, progress);
  }

  private static final class Rows implements Iterator<Row> {

    private final Iterator<Row> documents;
    private final Classifier classifier;
    private final List<PruningPolicy> policies;
    private final LongAccumulator progress;
    private final TaskContext task = TaskContext.get();
    private final Queue<Row> ready = new ArrayDeque<>();

    Rows(
        Iterator<Row> documents,
        Classifier classifier,
        List<PruningPolicy> policies,
        LongAccumulator progress) {
      this.documents = documents;
      this.classifier = classifier;
      this.policies = policies;
      this.progress = progress;
    }

    @Override
    public boolean hasNext() {
      return !ready.isEmpty() || documents.hasNext();
    }

    @Override
    public Row next() {
      if (ready.isEmpty()) {
        classifyNext();
      }
      return ready.remove();
    }

    private void classifyNext() {
      List<Row> rows = new ArrayList<>();
      Pack pack = Pack.gather(classifier, documents, rows, task);
      for (PruningPolicy policy : policies) {
        KilledTask.endIfMarked(task);
        List<Outcome> outcomes = pack.classify(policy);
        for (int i = 0; i < rows.size(); i++) {
          ready.add(outcomes.get(i).row(with(rows.get(i), policy.toString())));
        }
        progress.add(rows.size());
      }
    }

    private static Row with(Row document, String policy) {
      Object[] values = new Object[document.length() + 1];
      for (int i = 0; i < document.length(); i++) {
        values[i] = document.get(i);
      }
      values[document.length()] = policy;
      return RowFactory.create(values);
    }
  }
}
