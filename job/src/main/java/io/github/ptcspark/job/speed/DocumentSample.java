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
    List<String> texts = corpus.texts(corpus.whole(), documents);
    if (texts.isEmpty()) {
      throw new JobException(
          "Cannot measure: no document of %s has text".formatted(options.inputs()));
    }
    return texts;
  }
}
