package io.github.ptcspark.job.tune;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.xxhash64;

import io.github.ptcspark.bundle.BundleDigest;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.Corpus;
import io.github.ptcspark.job.corpus.CountedDocuments;
import io.github.ptcspark.spark.DocumentSchema;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * The documents that policies are compared on, in an order that depends on them and the seed alone.
 * They have two kept columns, their number and the true label, which may be null.
 */
final class Sample {

  /** The number of a document in the sample, from 0. */
  static final String NUMBER = "document";

  /** The true label. */
  static final String TRUTH = "true_label";

  static final List<StructField> KEPT =
      List.of(
          DataTypes.createStructField(NUMBER, DataTypes.LongType, false),
          DataTypes.createStructField(TRUTH, DataTypes.StringType, true));

  private static final int LABEL = DocumentSchema.FIRST_KEPT + 1;

  private final String source;
  private final List<Row> rows;

  private Sample(String source, List<Row> rows) {
    this.source = source;
    this.rows = rows;
  }

  /**
   * Draws a sample; what is repeated in it, id, text and label, counts once.
   *
   * @throws JobException if the corpus cannot be read or has no text
   */
  static Sample draw(SparkSession session, SampleOptions options) {
    String source = options.source();
    Corpus corpus =
        options.labelColumn().isPresent()
            ? Corpus.openLabelled(session, options.labelled())
            : Corpus.open(session, options.labelled());
    List<Row> drawn = drawn(corpus, options, source);
    if (drawn.isEmpty()) {
      throw new JobException(
          "Cannot compare policies on %s: no document has text".formatted(source));
    }
    List<Row> numbered = new ArrayList<>();
    for (Row row : new LinkedHashSet<>(drawn)) {
      String truth = options.labelColumn().isPresent() ? row.getString(3) : null;
      numbered.add(
          RowFactory.create(
              row.getString(0),
              row.getString(1),
              null,
              (long) numbered.size(),
              truth == null || truth.isBlank() ? null : truth));
    }
    return new Sample(source, numbered);
  }

  private static List<Row> drawn(Corpus corpus, SampleOptions options, String source) {
    try {
      CountedDocuments counted = corpus.counted(corpus.whole());
      Dataset<Row> documents = counted.rows();
      Column id = col(DocumentSchema.name(DocumentSchema.ID));
      Column text = col(DocumentSchema.name(DocumentSchema.TEXT));
      return documents
          .where(col(DocumentSchema.name(DocumentSchema.ERROR)).isNull().and(text.rlike("\\S")))
          .orderBy(xxhash64(lit(options.seed()), id, text), id, text)
          .limit(options.documents())
          .collectAsList();
    } catch (JobException e) {
      throw e;
    } catch (Exception e) { // Spark does not declare what it throws.
      throw new JobException("Cannot read %s: %s".formatted(source, JobException.reason(e)), e);
    }
  }

  int size() {
    return rows.size();
  }

  /**
   * Checks the true labels.
   *
   * @throws JobException if there are none, or the model does not know one
   */
  void checkLabels(List<String> known) {
    Set<String> labels =
        rows.stream()
            .filter(row -> !row.isNullAt(LABEL))
            .map(row -> row.getString(LABEL))
            .collect(Collectors.toCollection(TreeSet::new));
    if (labels.isEmpty()) {
      throw cannotCompare("no document has a label");
    }
    for (String label : labels) {
      if (!known.contains(label)) {
        throw cannotCompare("the model does not know label \"%s\"".formatted(label));
      }
    }
  }

  /** Why policies cannot be compared on these documents. */
  JobException cannotCompare(String reason) {
    return new JobException("Cannot compare policies on %s: %s".formatted(source, reason));
  }

  /** The documents from one number to before another. */
  Sample slice(int from, int to) {
    return new Sample(source, rows.subList(from, to));
  }

  /** The sample cut into parts of so many documents; the last may have fewer. */
  List<Part> parts(int documents) {
    List<Part> parts = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += documents) {
      int to = Math.min(from + documents, rows.size());
      parts.add(new Part(parts.size(), rows.subList(from, to)));
    }
    return parts;
  }

  /**
   * Documents that are compared and written together.
   *
   * @param number from 0
   * @param rows the documents
   */
  record Part(int number, List<Row> rows) {

    int size() {
      return rows.size();
    }

    /** The documents as {@link DocumentSchema} has them. */
    Dataset<Row> documents(SparkSession session) {
      return session.createDataFrame(rows, DocumentSchema.of(KEPT));
    }
  }

  /** SHA-256 of ids and texts. */
  String digest() {
    return digest(DocumentSchema.ID, DocumentSchema.TEXT);
  }

  /** SHA-256 of the true labels. */
  String digestOfLabels() {
    return digest(LABEL);
  }

  private String digest(int... fields) {
    MessageDigest digest = BundleDigest.sha256();
    for (Row row : rows) {
      for (int field : fields) {
        String value = row.getString(field);
        digest.update(
            (value == null ? "0" : "1" + value.length() + ":" + value)
                .getBytes(StandardCharsets.UTF_8));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
