package io.github.ptcspark.spark;

import io.github.ptcspark.inference.Classifier;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;

/**
 * Labels the documents of a partition as a stream: one row in, one row out, nothing in between.
 *
 * <p>Rows come as {@link DocumentSchema} and leave as {@link ClassifiedSchema}. The model is loaded
 * once in an executor and shared by its tasks; a document on which it fails is rejected alone.
 */
public final class ClassifyPartition implements MapPartitionsFunction<Row, Row> {

  private static final long serialVersionUID = 1L;

  private final SharedModel model;
  private final LongAccumulator progress;

  /**
   * A function for one model.
   *
   * @param progress counts documents while a run goes on; counts again what a retried task repeats
   */
  public ClassifyPartition(SharedModel model, LongAccumulator progress) {
    this.model = model;
    this.progress = progress;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> documents) {
    if (!documents.hasNext()) {
      return documents;
    }
    Classifier classifier = model.classifierOfTask();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return documents.hasNext();
      }

      @Override
      public Row next() {
        Row row = classify(classifier, documents.next());
        progress.add(1);
        return row;
      }
    };
  }

  private static Row classify(Classifier classifier, Row document) {
    Outcome outcome =
        document.isNullAt(DocumentSchema.ERROR)
            ? Outcome.of(classifier, document.getString(DocumentSchema.TEXT))
            : Outcome.rejected(document.getStruct(DocumentSchema.ERROR));
    return outcome.isLabelled()
        ? ClassifiedSchema.labelled(document, outcome.classification(), outcome.millis())
        : ClassifiedSchema.rejected(document, outcome.error(), outcome.millis());
  }
}
