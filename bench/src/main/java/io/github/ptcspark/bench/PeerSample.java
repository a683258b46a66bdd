package io.github.ptcspark.bench;

import io.github.ptcspark.inference.DocumentTokenizer;
import io.github.ptcspark.job.JobException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Documents that all peers encode: many, and the few of them whose cost is subtracted.
 *
 * @param many the documents
 * @param few how many of them, from the beginning, are the few
 * @param tokens word pieces that a model with 512 positions reads of the many
 */
record PeerSample(List<String> many, int few, long tokens) {

  /** The few are a fifth of the many, at least one. */
  private static final int SHARE = 5;

  private static final int LONGEST = 512;

  /**
   * Draws documents until they have so many word pieces, or all if they have fewer.
   *
   * @throws JobException if there are not two documents
   */
  static PeerSample draw(List<String> texts, long tokens, long seed, DocumentTokenizer tokenizer) {
    List<String> order = new ArrayList<>(texts);
    Collections.shuffle(order, new Random(seed));
    List<String> many = new ArrayList<>();
    long read = 0;
    for (String text : order) {
      if (read >= tokens && many.size() > 1) {
        break;
      }
      many.add(text);
      read += Math.min(LONGEST, tokenizer.wordPieces(text).length + 2);
    }
    if (many.size() < 2) {
      throw new JobException("Cannot compare: two documents are the least that can be compared");
    }
    return new PeerSample(List.copyOf(many), Math.max(1, many.size() / SHARE), read);
  }

  /** Documents whose cost remains when that of the few is subtracted. */
  int more() {
    return many.size() - few;
  }

  /** Processor time of a document in milliseconds: what the many took more than the few. */
  double millis(Usage ofFew, Usage ofMany) {
    return 1000 * (ofMany.cpuSeconds() - ofFew.cpuSeconds()) / more();
  }
}
