package io.github.ptcspark.job.train;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.inference.DocumentReader;
import io.github.ptcspark.inference.DocumentTokenizer;
import java.util.ArrayList;
import java.util.List;

/** A labelled document as the program reads it. */
final class Example {

  private final long[] ids;
  private final int label;

  /**
   * A document.
   *
   * @param ids token ids, [CLS] and [SEP] included
   * @param label id of its label
   */
  Example(long[] ids, int label) {
    this.ids = ids;
    this.label = label;
  }

  /** Reads documents as the model will read them later; of windows, the first alone. */
  static List<Example> of(
      List<LabelledDocument> documents, Bundle bundle, LongDocuments rule, int maxTokens) {
    List<Example> examples = new ArrayList<>(documents.size());
    try (DocumentTokenizer tokenizer = new DocumentTokenizer(bundle.tokenizer())) {
      int capacity = Math.min(maxTokens, bundle.config().maxPositions());
      DocumentReader reader =
          new DocumentReader(rule, capacity, tokenizer.start(), tokenizer.end());
      for (LabelledDocument document : documents) {
        long[] ids = reader.windows(tokenizer.wordPieces(document.text())).get(0);
        examples.add(new Example(ids, bundle.labels().indexOf(document.label())));
      }
    }
    return examples;
  }

  /** Token ids, not copied. */
  long[] ids() {
    return ids;
  }

  int label() {
    return label;
  }
}
