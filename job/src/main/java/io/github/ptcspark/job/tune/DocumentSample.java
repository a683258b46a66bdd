package io.github.ptcspark.job.tune;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.Corpus;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.spark.DocumentSchema;
import java.util.List;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A few documents of a corpus. */
public final class DocumentSample {

  private DocumentSample() {}

  /**
   * Texts of a corpus, as they come first: of a large corpus only a part is read.
   *
   * @param documents how many, fewer if there are fewer
   * @throws JobException if the corpus cannot be read or has no text
   */
  public static List<String> texts(SparkSession session, CorpusOptions options, int documents) {
    FilterFunction<Row> hasText =
        row ->
            row.isNullAt(DocumentSchema.ERROR)
                && !row.isNullAt(DocumentSchema.TEXT)
                && !row.getString(DocumentSchema.TEXT).isBlank();
    List<String> texts =
        Corpus.open(session, options)
            .documents()
            .filter(hasText)
            .limit(documents)
            .collectAsList()
            .stream()
            .map(row -> row.getString(DocumentSchema.TEXT))
            .toList();
    if (texts.isEmpty()) {
      throw new JobException(
          "Cannot measure: no document of %s has text".formatted(options.inputs()));
    }
    return texts;
  }
}
