package io.github.ptcspark.job.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Documents of one step.
 *
 * @param examples the documents, at least one
 */
record Batch(List<Example> examples) {

  /** The documents in a random order, cut into batches. */
  static List<Batch> shuffled(
      List<Example> examples, int mostTokens, int mostDocuments, Random random) {
    List<Example> order = new ArrayList<>(examples);
    Collections.shuffle(order, random);
    return inOrder(order, mostTokens, mostDocuments);
  }

  /**
   * The documents in their order, cut into batches that are as large as the limits allow. A
   * document that is larger than the limit is a batch of its own.
   */
  static List<Batch> inOrder(List<Example> examples, int mostTokens, int mostDocuments) {
    List<Batch> batches = new ArrayList<>();
    List<Example> open = new ArrayList<>();
    int tokens = 0;
    for (Example example : examples) {
      int length = example.ids().length;
      if (!open.isEmpty() && (tokens + length > mostTokens || open.size() == mostDocuments)) {
        batches.add(new Batch(List.copyOf(open)));
        open.clear();
        tokens = 0;
      }
      open.add(example);
      tokens += length;
    }
    if (!open.isEmpty()) {
      batches.add(new Batch(List.copyOf(open)));
    }
    return batches;
  }

  /** Token ids of each document. */
  List<long[]> documents() {
    return examples.stream().map(Example::ids).toList();
  }

  /** The label id of each document. */
  int[] labels() {
    return examples.stream().mapToInt(Example::label).toArray();
  }
}
