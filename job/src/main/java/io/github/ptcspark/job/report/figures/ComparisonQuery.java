package io.github.ptcspark.job.report.figures;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.desc;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Compares two outputs document by document where their ids match. */
public final class ComparisonQuery {

  private static final int CHANGES = 100;
  private static final int DOCUMENTS = 50;

  private final Dataset<Row> here;
  private final Dataset<Row> other;

  /**
   * A query.
   *
   * @param here rows of {@link io.github.ptcspark.spark.ClassifiedSchema}
   * @param other rows to compare them with
   */
  public ComparisonQuery(Dataset<Row> here, Dataset<Row> other) {
    this.here = here;
    this.other = other;
  }

  /**
   * Runs to the end.
   *
   * @param name what the other output is called
   * @param differences what was different when the outputs were made
   * @param figures of this output
   */
  public Comparison run(String name, List<String> differences, OutputFigures figures) {
    OutputFigures others = new FiguresQuery(other).run(Optional.empty());
    Dataset<Row> documents = documents();
    Dataset<Row> changed = documents.where(isCompared().and(isChanged()));
    return new Comparison(
        name,
        differences,
        others.totals(),
        labels(figures.labels(), others.labels()),
        ids(documents),
        scoreDifference(documents),
        changes(changed),
        changedDocuments(changed));
  }

  private static List<Comparison.LabelCounts> labels(
      List<LabelFigures> here, List<LabelFigures> other) {
    Map<String, Long> counts = new TreeMap<>();
    Map<String, Long> others = new TreeMap<>();
    here.forEach(label -> counts.put(label.label(), label.documents()));
    other.forEach(label -> others.put(label.label(), label.documents()));
    others.keySet().forEach(label -> counts.putIfAbsent(label, 0L));
    List<Comparison.LabelCounts> labels = new ArrayList<>();
    counts.forEach(
        (label, documents) ->
            labels.add(
                new Comparison.LabelCounts(label, documents, others.getOrDefault(label, 0L))));
    labels.sort(Comparator.comparing(Comparison.LabelCounts::here).reversed());
    return labels;
  }

  /** An id a row, with what both outputs have of it. */
  private Dataset<Row> documents() {
    return byId(here, "here").join(byId(other, "other"), "id", "full_outer");
  }

  /** Of an id that is there once, the least label is its label. */
  private static Dataset<Row> byId(Dataset<Row> rows, String side) {
    return rows.groupBy("id")
        .agg(
            count(lit(1)).as(side),
            min("label").as(side + "_label"),
            min(col("score").cast("double")).as(side + "_score"));
  }

  private static Column isCompared() {
    return col("here").equalTo(1).and(col("other").equalTo(1));
  }

  private static Column isChanged() {
    return not(col("here_label").eqNullSafe(col("other_label")));
  }

  private static Comparison.Ids ids(Dataset<Row> documents) {
    Column both = col("here").isNotNull().and(col("other").isNotNull());
    Column compared = coalesce(isCompared(), lit(false));
    Row row =
        documents
            .agg(
                FiguresQuery.total(when(compared.and(not(isChanged())), 1L)),
                FiguresQuery.total(when(compared.and(isChanged()), 1L)),
                FiguresQuery.total(when(col("other").isNull(), col("here"))),
                FiguresQuery.total(when(col("here").isNull(), col("other"))),
                FiguresQuery.total(when(both.and(not(compared)), col("here"))))
            .first();
    return new Comparison.Ids(
        row.getLong(0), row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
  }

  private static double scoreDifference(Dataset<Row> documents) {
    Row row =
        documents
            .where(isCompared().and(col("here_label").equalTo(col("other_label"))))
            .agg(coalesce(avg(abs(col("here_score").minus(col("other_score")))), lit(0.0)))
            .first();
    return row.getDouble(0);
  }

  private static List<Comparison.Change> changes(Dataset<Row> changed) {
    return changed
        .groupBy("other_label", "here_label")
        .count()
        .orderBy(desc("count"), col("other_label"), col("here_label"))
        .limit(CHANGES)
        .collectAsList()
        .stream()
        .map(
            row ->
                new Comparison.Change(
                    Optional.ofNullable(row.getString(0)),
                    Optional.ofNullable(row.getString(1)),
                    row.getLong(2)))
        .toList();
  }

  private static List<Comparison.ChangedDocument> changedDocuments(Dataset<Row> changed) {
    return changed
        .orderBy(least(col("here_score"), col("other_score")).desc(), col("id"))
        .limit(DOCUMENTS)
        .select(
            substring(col("id"), 1, FiguresQuery.ID_CHARACTERS),
            col("other_label"),
            col("other_score"),
            col("here_label"),
            col("here_score"))
        .collectAsList()
        .stream()
        .map(
            row ->
                new Comparison.ChangedDocument(
                    row.getString(0),
                    Optional.ofNullable(row.getString(1)),
                    Optional.ofNullable((Double) row.get(2)),
                    Optional.ofNullable(row.getString(3)),
                    Optional.ofNullable((Double) row.get(4))))
        .toList();
  }
}
