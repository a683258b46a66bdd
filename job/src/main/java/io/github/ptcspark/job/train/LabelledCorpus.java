package io.github.ptcspark.job.train;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.inference.DocumentTokenizer;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.Corpus;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.job.corpus.CountedDocuments;
import io.github.ptcspark.job.report.Printable;
import io.github.ptcspark.spark.DocumentSchema;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Labelled documents in memory, in an order that depends on the files alone.
 *
 * @param source where they come from, for messages
 * @param documents those with a text and a label; a blank one is none
 * @param skipped records without a text or a label, or that could not be read
 * @param digest SHA-256 of the files
 */
public record LabelledCorpus(
    String source, List<LabelledDocument> documents, long skipped, String digest) {

  /** Records of the same text may have the same id, and other labels. */
  private static final Comparator<Row> ORDER =
      Comparator.comparing((Row row) -> row.getString(DocumentSchema.ID))
          .thenComparing(row -> String.valueOf(row.getString(DocumentSchema.FIRST_KEPT)));

  /** Copies the list. */
  public LabelledCorpus {
    documents = List.copyOf(documents);
  }

  /**
   * Reads all documents of a corpus.
   *
   * @param options the corpus; its one kept column is the label
   * @throws JobException if the corpus cannot be read or no record has a text and a label
   */
  public static LabelledCorpus read(SparkSession session, CorpusOptions options) {
    String source = String.join(", ", options.inputs());
    Corpus corpus = Corpus.openLabelled(session, options);
    List<Row> rows = rows(corpus, source);
    rows.sort(ORDER);
    List<LabelledDocument> documents = new ArrayList<>(rows.size());
    for (Row row : rows) {
      String text = row.getString(DocumentSchema.TEXT);
      String value = row.getString(DocumentSchema.FIRST_KEPT);
      String label = value == null ? "" : value;
      if (row.isNullAt(DocumentSchema.ERROR)
          && text != null
          && !text.isBlank()
          && !label.isBlank()) {
        documents.add(new LabelledDocument(text, label));
      }
    }
    if (documents.isEmpty()) {
      throw new JobException(
          rows.isEmpty()
              ? "Cannot read %s: it has no documents".formatted(source)
              : "Cannot read %s: none of %s documents has a text and a label"
                  .formatted(source, rows.size()));
    }
    return new LabelledCorpus(
        source,
        documents,
        rows.size() - documents.size(),
        FileDigest.of(corpus.files(), session.sessionState().newHadoopConf()));
  }

  /**
   * Reads what a model can learn of a corpus, and says what is peculiar in it.
   *
   * @param options the corpus; its one kept column is the label
   * @param base the model, whose tokenizer leaves nothing of some documents
   * @param notes where it is said that records are left out or labels look alike
   * @throws JobException if the corpus cannot be read or no document is left
   */
  public static LabelledCorpus read(
      SparkSession session, CorpusOptions options, Bundle base, PrintStream notes) {
    LabelledCorpus labelled = read(session, options).withWordPieces(base.tokenizer());
    if (labelled.skipped() > 0) {
      notes.printf(
          Locale.ROOT,
          "%s: %,d documents without a text or a label, or unreadable, are left out%n",
          Printable.text(labelled.source()),
          labelled.skipped());
    }
    for (List<String> labels : labelled.lookalikes()) {
      notes.printf(
          "%s: the labels \"%s\" differ only in white space and are classes of their own%n",
          Printable.text(labelled.source()), Printable.text(String.join("\", \"", labels)));
    }
    return labelled;
  }

  /**
   * The same without documents of which a tokenizer leaves nothing: later they are empty texts.
   *
   * @param tokenizerJson the content of {@code tokenizer.json}
   * @throws JobException if no document is left
   */
  LabelledCorpus withWordPieces(String tokenizerJson) {
    try (DocumentTokenizer tokenizer = new DocumentTokenizer(tokenizerJson)) {
      List<LabelledDocument> read =
          documents.stream()
              .filter(document -> tokenizer.wordPieces(document.text()).length > 0)
              .toList();
      if (read.isEmpty()) {
        throw new JobException(
            "Cannot read %s: none of %s documents has a text that the model sees and a label"
                .formatted(source, documents.size() + skipped));
      }
      return new LabelledCorpus(source, read, skipped + documents.size() - read.size(), digest);
    }
  }

  /** Labels that are alike but for white space around them, a list for each such label. */
  List<List<String>> lookalikes() {
    return documents.stream()
        .map(LabelledDocument::label)
        .distinct()
        .sorted()
        .collect(Collectors.groupingBy(String::strip, TreeMap::new, Collectors.toList()))
        .values()
        .stream()
        .filter(labels -> labels.size() > 1)
        .toList();
  }

  private static List<Row> rows(Corpus corpus, String source) {
    try {
      CountedDocuments documents = corpus.counted(corpus.whole());
      List<Row> rows = new ArrayList<>(documents.rows().collectAsList());
      documents.requireAll(rows.size());
      return rows;
    } catch (JobException e) {
      throw e;
    } catch (Exception e) { // Spark does not declare what it throws.
      throw new JobException("Cannot read %s: %s".formatted(source, JobException.reason(e)), e);
    }
  }
}
