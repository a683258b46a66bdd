package io.github.ptcspark.spark;

import io.github.ptcspark.inference.Alternatives;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.pruning.PruningPolicy;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.LongAccumulator;

/**
 * Labels the documents of a partition under several policies, and in full, those of one call in one
 * way after another, so that times can be compared: a row for every document and way. The first
 * call of a task is made twice and counts once, because a first time takes longer.
 *
 * <p>Rows come as {@link DocumentSchema} and leave as {@link ClassifiedSchema} with one more kept
 * column, the last: the policy's text, or {@link #IN_FULL}.
 */
public final class ComparePolicies implements MapPartitionsFunction<Row, Row> {

  /** What the last column has for readings in full, which is no policy's text. */
  public static final String IN_FULL = "in full";

  private static final long serialVersionUID = 1L;

  private final SharedModel model;
  private final Alternatives ways;
  private final LongAccumulator progress;

  /**
   * A function for one model.
   *
   * @param ways that the model was shared for
   * @param progress counts documents, once for each way; counts again what a retried task repeats
   */
  public ComparePolicies(SharedModel model, Alternatives ways, LongAccumulator progress) {
    this.model = model;
    this.ways = ways;
    this.progress = progress;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> documents) {
    if (!documents.hasNext()) {
      return documents;
    }
    return new Rows(documents, model.classifierOfTask(), ways(), progress);
  }

  /** By their names. */
  private Map<String, Function<Pack, List<Outcome>>> ways() {
    Map<String, Function<Pack, List<Outcome>>> named = new LinkedHashMap<>();
    if (ways.inFull()) {
      named.put(IN_FULL, Pack::classifyInFull);
    }
    for (PruningPolicy policy : ways.policies()) {
      named.put(policy.toString(), pack -> pack.classify(policy));
    }
    return named;
  }

  private static final class Rows extends ClassifyPartition.Rows {

    private final Map<String, Function<Pack, List<Outcome>>> ways;
    private boolean warm;

    Rows(
        Iterator<Row> documents,
        Classifier classifier,
        Map<String, Function<Pack, List<Outcome>>> ways,
        LongAccumulator progress) {
      super(documents, classifier, Audit.NONE, progress);
      this.ways = ways;
    }

    @Override
    List<Row> classified(Pack pack, List<Row> gathered) {
      if (!warm) {
        for (Function<Pack, List<Outcome>> way : ways.values()) {
          warm |= way.apply(pack).stream().anyMatch(one -> one.classification() != null);
        }
      }
      List<Row> rows = new ArrayList<>();
      ways.forEach(
          (name, way) -> {
            KilledTask.endIfMarked(TaskContext.get());
            List<Row> documents = gathered.stream().map(document -> with(document, name)).toList();
            rows.addAll(Outcome.rows(way.apply(pack), documents));
          });
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
