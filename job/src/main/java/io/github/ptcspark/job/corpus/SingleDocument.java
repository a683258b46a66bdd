package io.github.ptcspark.job.corpus;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.spark.DocumentSchema;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * One document, read as a run reads it.
 *
 * @param id its own, or made from file and position, see {@link Corpus}
 * @param text absent if there is none
 * @param error code and message of a record that cannot be read
 */
public record SingleDocument(String id, Optional<String> text, Optional<String> error) {

  /**
   * A whole file, without Spark.
   *
   * @param file as an input of a corpus
   * @param options how it is written
   * @throws JobException if it is not one file, or cannot be read
   */
  public static SingleDocument ofFile(
      String file, TextOptions options, Configuration configuration, SparkConf settings) {
    List<InputFile> files = InputFiles.find(List.of(file), configuration).files();
    if (files.size() > 1) {
      throw new JobException(
          "Cannot read %s as one document: there are %s files".formatted(file, files.size()));
    }
    TextFiles reader =
        new TextFiles(
            new DocumentRows(0),
            TextEncoding.of(options.encoding()),
            DocumentLimit.of(settings).inThisHeap());
    try (RangeReader.Documents documents =
        reader.open(FileRange.whole(files.get(0).hadoopPath()), configuration)) {
      return of(documents.next().orElseThrow());
    } catch (IOException e) {
      throw new JobException("Cannot read %s: %s".formatted(file, JobException.reason(e)), e);
    }
  }

  /**
   * The document with an id.
   *
   * @throws JobException if the corpus cannot be read, or not one document has the id
   */
  public static SingleDocument withId(SparkSession spark, CorpusOptions options, String id) {
    Corpus corpus = Corpus.open(spark, options);
    List<Row> found;
    try {
      found =
          corpus
              .documents(corpus.whole())
              .where(functions.col(DocumentSchema.name(DocumentSchema.ID)).equalTo(id))
              .takeAsList(2);
    } catch (Exception e) { // Spark does not declare what it throws.
      throw new JobException(
          "Cannot read %s: %s".formatted(options.inputNames(), JobException.reason(e)), e);
    }
    if (found.size() != 1) {
      throw new JobException(
          "Cannot find document %s in %s: %s"
              .formatted(
                  id,
                  options.inputNames(),
                  found.isEmpty()
                      ? "no document has this id" + hint(options)
                      : "more than one has this id"));
    }
    return of(found.get(0));
  }

  private static String hint(CorpusOptions options) {
    return options.idColumn().isPresent()
        ? ""
        : "; without --id-column ids are made from file and position";
  }

  private static SingleDocument of(Row row) {
    Row error = row.getStruct(DocumentSchema.ERROR);
    return new SingleDocument(
        row.getString(DocumentSchema.ID),
        Optional.ofNullable(row.getString(DocumentSchema.TEXT)),
        error == null
            ? Optional.empty()
            : Optional.of(error.getString(0) + ": " + error.getString(1)));
  }
}
