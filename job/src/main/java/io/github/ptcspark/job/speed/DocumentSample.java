package io.github.ptcspark.job.speed;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.Corpus;
import io.github.ptcspark.job.corpus.CorpusOptions;
import java.util.List;
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
    Corpus corpus = Corpus.open(session, options);
    List<String> texts = texts(corpus, options, documents);
    if (texts.isEmpty()) {
      throw new JobException(
          "Cannot measure: no document of %s has text"
              .formatted(String.join(", ", options.inputs())));
    }
    return texts;
  }

  private static List<String> texts(Corpus corpus, CorpusOptions options, int documents) {
    try {
      return corpus.texts(corpus.whole(), documents);
    } catch (Exception e) { // Spark does not declare what it throws.
      throw new JobException(
          "Cannot read %s: %s"
              .formatted(String.join(", ", options.inputs()), JobException.reason(e)),
          e);
    }
  }
}
