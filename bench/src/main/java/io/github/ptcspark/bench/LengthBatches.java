package io.github.ptcspark.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** Batches of documents of like length. */
final class LengthBatches {

  private LengthBatches() {}

  /**
   * Applies a function to batches of documents that are sorted by length, and puts what came out in
   * the order of the documents.
   *
   * @param function from a batch to as many results
   */
  static <T, R> List<R> apply(
      List<T> documents, int size, ToIntFunction<T> length, Function<List<T>, List<R>> function) {
    List<Integer> order = new ArrayList<>();
    for (int place = 0; place < documents.size(); place++) {
      order.add(place);
    }
    order.sort(Comparator.comparingInt(place -> length.applyAsInt(documents.get(place))));
    List<R> results = new ArrayList<>(Collections.nCopies(documents.size(), null));
    for (int from = 0; from < order.size(); from += size) {
      List<Integer> places = order.subList(from, Math.min(order.size(), from + size));
      List<R> batch = function.apply(places.stream().map(documents::get).toList());
      for (int i = 0; i < places.size(); i++) {
        results.set(places.get(i), batch.get(i));
      }
    }
    return results;
  }
}
