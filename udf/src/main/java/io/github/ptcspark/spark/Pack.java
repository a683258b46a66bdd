package io.github.ptcspark.spark;

import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.InferenceException;
import io.github.ptcspark.inference.PreparedText;
import io.github.ptcspark.pruning.PruningPolicy;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;

/** Documents that are gathered to go through the model together, as many as it asks for. */
final class Pack {

  private final Classifier classifier;
  private final List<Entry> entries = new ArrayList<>();
  private long tokens;

  Pack(Classifier classifier) {
    this.classifier = classifier;
  }

  /**
   * Gathers the next documents, as many as go through the model together.
   *
   * @param rows receives them
   */
  static Pack gather(
      Classifier classifier, Iterator<Row> documents, List<Row> rows, TaskContext task) {
    Pack pack = new Pack(classifier);
    do {
      KilledTask.endIfMarked(task);
      Row document = documents.next();
      rows.add(document);
      if (document.isNullAt(DocumentSchema.ERROR)) {
        pack.add(document.getString(DocumentSchema.TEXT));
      } else {
        pack.addRejected(document.getStruct(DocumentSchema.ERROR));
      }
    } while (!pack.isFull() && documents.hasNext());
    return pack;
  }

  /** Adds a document that the model does not see. */
  void addRejected(Row error) {
    decide(error, 0);
  }

  /** Adds a text; one that is null, blank or without a word piece is rejected. */
  void add(String text) {
    Optional<String> empty = Reject.emptiness(text);
    if (empty.isPresent()) {
      addRejected(Reject.EMPTY_TEXT.error(empty.get()));
      return;
    }
    long start = System.nanoTime();
    try {
      PreparedText prepared = classifier.prepare(text);
      Optional<String> unseen = Reject.emptiness(prepared);
      if (unseen.isPresent()) {
        decide(Reject.EMPTY_TEXT.error(unseen.get()), millisSince(start));
        return;
      }
      entries.add(new Entry(prepared, null, millisSince(start)));
      tokens += prepared.tokens();
    } catch (InferenceException e) {
      decide(Reject.INFERENCE_FAILED.error(e.getMessage()), millisSince(start));
    }
  }

  /** Whether there are enough. */
  boolean isFull() {
    return tokens >= classifier.tokensToGather();
  }

  /** Classifies what was added under the model's own policy. */
  List<Outcome> classify() {
    return classify(classifier.policy());
  }

  /**
   * Classifies what was added.
   *
   * @param policy one that the model was loaded for
   * @return what became of each, in order; one that the model refuses takes no other down with it
   */
  List<Outcome> classify(PruningPolicy policy) {
    List<Entry> open = entries.stream().filter(entry -> entry.text != null).toList();
    IdentityHashMap<Entry, Outcome> outcomes = new IdentityHashMap<>();
    if (open.size() <= 1 || !classifyTogether(open, policy, outcomes)) {
      open.forEach(entry -> classifyAlone(entry, policy, outcomes));
    }
    return entries.stream()
        .map(
            entry ->
                entry.text == null
                    ? Outcome.rejected(entry.error, entry.millis)
                    : outcomes.get(entry))
        .toList();
  }

  /** Whether that went well: the failure may be of one of them, or of so many at once. */
  private boolean classifyTogether(
      List<Entry> open, PruningPolicy policy, IdentityHashMap<Entry, Outcome> outcomes) {
    try {
      classify(open, policy, outcomes);
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private void classify(
      List<Entry> together, PruningPolicy policy, IdentityHashMap<Entry, Outcome> outcomes) {
    long start = System.nanoTime();
    List<Classification> results =
        classifier.classify(together.stream().map(Entry::text).toList(), policy);
    double millis = millisSince(start);
    long tokensOfAll = together.stream().mapToLong(entry -> entry.text.tokens()).sum();
    for (int i = 0; i < results.size(); i++) {
      Entry entry = together.get(i);
      outcomes.put(
          entry,
          Outcome.labelled(
              results.get(i), entry.millis + millis * entry.text.tokens() / tokensOfAll));
    }
  }

  private void classifyAlone(
      Entry entry, PruningPolicy policy, IdentityHashMap<Entry, Outcome> outcomes) {
    long start = System.nanoTime();
    try {
      classify(List.of(entry), policy, outcomes);
    } catch (InferenceException e) {
      outcomes.put(
          entry,
          Outcome.rejected(
              Reject.INFERENCE_FAILED.error(e.getMessage()), entry.millis + millisSince(start)));
    }
  }

  /** A document takes a place, so that there is an end to those that are rejected. */
  private void decide(Row error, double millis) {
    entries.add(new Entry(null, error, millis));
    tokens++;
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  /** A text, or the reason why there is none, and the time that reading it took. */
  private record Entry(PreparedText text, Row error, double millis) {}
}
