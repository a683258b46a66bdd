package io.github.ptcspark.spark;

import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.pruning.PruningPolicy;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.LongAccumulator;

/**
 * Labels the documents of a partition under several policies, those of one call under one after
 * another, so that times can be compared: a row for every document and policy. The first call of a
 * task is made twice and counts once, because a first time takes longer.
 *
 * <p>Rows come as {@link DocumentSchema} and leave as {@link ClassifiedSchema} with one more kept
 * column, the last: the policy's text.
 */
public final class ComparePolicies implements MapPartitionsFunction<Row, Row> {

  private static final long serialVersionUID = 1L;

  private final SharedModel model;
  private final ArrayList<PruningPolicy> policies;
  private final LongAccumulator progress;

  /**
   * A function for one model.
   *
   * @param policies that the model was shared with
   * @param progress counts documents, once for each policy; counts again what a retried task
   *     repeats
   */
  public ComparePolicies(
      SharedModel model, List<PruningPolicy> policies, LongAccumulator progress) {
    this.model = model;
    this.policies = new ArrayList<>(policies);
    this.progress = progress;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> documents) {
    if (!documents.hasNext()) {
      return documents;
    }
    return new Rows(documents, model.classifierOfTask(), policies, progress);
  }

  private static final class Rows extends ClassifyPartition.Rows {

    private final List<PruningPolicy> policies;
    private boolean warm;

    Rows(
        Iterator<Row> documents,
        Classifier classifier,
        List<PruningPolicy> policies,
        LongAccumulator progress) {
      super(documents, classifier, Audit.NONE, progress);
      this.policies = policies;
    }

    @Override
    List<Row> classified(Pack pack, List<Row> gathered) {
      if (!warm) {
        for (PruningPolicy policy : policies) {
          warm |= pack.classify(policy).stream().anyMatch(one -> one.classification() != null);
        }
      }
      List<Row> rows = new ArrayList<>();
      for (PruningPolicy policy : policies) {
        KilledTask.endIfMarked(TaskContext.get());
        List<Row> documents =
            gathered.stream().map(document -> with(document, policy.toString())).toList();
        rows.addAll(Outcome.rows(pack.classify(policy), documents));
      }
      return rows;
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
