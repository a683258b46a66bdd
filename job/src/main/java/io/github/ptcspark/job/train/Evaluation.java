package io.github.ptcspark.job.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.Corpus;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.job.corpus.CountedDocuments;
import io.github.ptcspark.spark.ClassifiedSchema;
import io.github.ptcspark.spark.ClassifyPartition;
import io.github.ptcspark.spark.DocumentSchema;
import io.github.ptcspark.spark.ProcessorSurvey;
import io.github.ptcspark.spark.SharedModel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/** Classifies labelled documents on Spark as any run does, and compares the labels. */
public final class Evaluation {

  /** The true label beside what a run adds; the output has a column {@code label} of its own. */
  private static final String TRUTH = "true_label";

  private static final List<StructField> KEPT =
      List.of(DataTypes.createStructField(TRUTH, DataTypes.StringType, true));

  private static final int MOST_LABELS_IN_MESSAGE = 20;

  private final SparkSession session;
  private final BundleFiles files;
  private final ModelSettings settings;

  /**
   * An evaluation of one model.
   *
   * @param files of a classifier
   * @param settings how to run it; if the precision is not exact, in the fastest one of the
   *     executors
   */
  public Evaluation(SparkSession session, BundleFiles files, ModelSettings settings) {
    this.session = session;
    this.files = files;
    this.settings = settings;
  }

  /**
   * Evaluates the model on a corpus.
   *
   * @param options the corpus; its one kept column is the label
   * @throws JobException if the corpus cannot be read, is empty, or has a label that the model does
   *     not know; or if the work fails
   * @throws io.github.ptcspark.bundle.BundleException if the model is damaged, has no classifier,
   *     or an executor lacks the precision
   */
  public EvaluationReport run(CorpusOptions options) {
    Bundle bundle = files.parseClassifier();
    List<String> labels = bundle.labels();
    Corpus corpus = Corpus.openLabelled(session, options);
    CountedDocuments counted = corpus.counted(corpus.whole());
    Dataset<Row> documents = labelled(counted.rows());
    checkLabels(documents, labels, options);
    ModelSettings settled = ProcessorSurvey.settle(session.sparkContext(), settings);
    long start = System.nanoTime();
    List<Row> groups = classify(documents, settled);
    counted.requireAll(groups.stream().mapToLong(group -> group.getLong(3)).sum());
    double seconds = (System.nanoTime() - start) / 1e9;
    return report(groups, labels, seconds, settled);
  }

  private static Dataset<Row> labelled(Dataset<Row> documents) {
    String label = documents.columns()[DocumentSchema.FIRST_KEPT];
    return documents.select(
        col(DocumentSchema.name(DocumentSchema.ID)),
        col(DocumentSchema.name(DocumentSchema.TEXT)),
        col(DocumentSchema.name(DocumentSchema.ERROR)),
        nullIfBlank(col("`" + label.replace("`", "``") + "`")).as(TRUTH));
  }

  /** Training takes a label without a character for none too. */
  private static Column nullIfBlank(Column label) {
    return when(label.rlike("\\S"), label);
  }

  private static void checkLabels(
      Dataset<Row> documents, List<String> labels, CorpusOptions options) {
    String source = String.join(", ", options.inputs());
    Set<String> known = new HashSet<>(labels);
    List<Row> truths = truths(documents, source);
    if (truths.isEmpty()) {
      throw new JobException("Cannot evaluate on %s: it has no documents".formatted(source));
    }
    List<String> unknown =
        truths.stream()
            .map(row -> row.getString(0))
            .filter(truth -> truth != null && !known.contains(truth))
            .toList();
    if (!unknown.isEmpty()) {
      throw new JobException(
          "Cannot evaluate on %s: the model does not know %s (it knows %s)"
              .formatted(source, listed("label", unknown), listed("", labels)));
    }
    if (truths.stream().allMatch(row -> row.isNullAt(0))) {
      throw new JobException("Cannot evaluate on %s: no document has a label".formatted(source));
    }
  }

  private static List<Row> truths(Dataset<Row> documents, String source) {
    try {
      return documents.select(TRUTH).distinct().sort(TRUTH).collectAsList();
    } catch (Exception e) { // Spark does not declare what it throws.
      throw new JobException("Cannot read %s: %s".formatted(source, JobException.reason(e)), e);
    }
  }

  private static String listed(String word, List<String> labels) {
    String names =
        labels.stream()
            .limit(MOST_LABELS_IN_MESSAGE)
            .map("\"%s\""::formatted)
            .collect(Collectors.joining(", "));
    String more =
        labels.size() > MOST_LABELS_IN_MESSAGE
            ? " and %s more".formatted(labels.size() - MOST_LABELS_IN_MESSAGE)
            : "";
    String noun = word.isEmpty() ? "" : labels.size() == 1 ? word + " " : word + "s ";
    return noun + names + more;
  }

  /** One row for each true label, predicted label and status: documents and their cost. */
  private List<Row> classify(Dataset<Row> documents, ModelSettings settled) {
    try (SharedModel model = SharedModel.broadcast(session.sparkContext(), files, settled)) {
      return documents
          .mapPartitions(
              new ClassifyPartition(
                  model, session.sparkContext().longAccumulator("documents evaluated")),
              Encoders.row(ClassifiedSchema.of(KEPT)))
          .groupBy(TRUTH, "label_id", "status")
          .agg(count(lit(1)), sum("cost"))
          .collectAsList();
    } catch (Exception e) { // Spark does not declare what it throws.
      throw new JobException("Cannot evaluate: " + JobException.reason(e), e);
    }
  }

  private EvaluationReport report(
      List<Row> groups, List<String> labels, double seconds, ModelSettings settled) {
    long[][] confusion = new long[labels.size()][labels.size()];
    long rejected = 0;
    long unlabelled = 0;
    long classified = 0;
    double cost = 0;
    for (Row group : groups) {
      long documents = group.getLong(3);
      if (!group.getString(2).equals(ClassifiedSchema.OK)) {
        rejected += documents;
        continue;
      }
      classified += documents;
      cost += group.getDouble(4);
      if (group.isNullAt(0)) {
        unlabelled += documents;
      } else {
        confusion[labels.indexOf(group.getString(0))][group.getInt(1)] += documents;
      }
    }
    return new EvaluationReport(
        new Metrics(labels, confusion),
        rejected,
        unlabelled,
        classified == 0 ? 0 : cost / classified,
        seconds,
        files.digest(),
        settled);
  }
}
