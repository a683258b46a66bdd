package io.github.ptcspark.spark;

import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.InferenceException;
import io.github.ptcspark.inference.PreparedText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;

/** Documents that are gathered to go through the model together, as many as it asks for. */
final class Pack {

  private final Classifier classifier;
  private final List<Entry> entries = new ArrayList<>();
  private long tokens;

  Pack(Classifier classifier) {
    this.classifier = classifier;
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
      entries.add(new Entry(prepared, millisSince(start)));
      tokens += prepared.tokens();
    } catch (InferenceException e) {
      decide(Reject.INFERENCE_FAILED.error(e.getMessage()), millisSince(start));
    }
  }

  /** Whether there are enough. */
  boolean isFull() {
    return tokens >= classifier.tokensToGather();
  }

  /**
   * Classifies what was added.
   *
   * @return what became of each, in order; one that the model refuses takes no other down with it
   */
  List<Outcome> classify() {
    List<Entry> open = entries.stream().filter(entry -> entry.outcome == null).toList();
    if (open.size() <= 1 || !classifyTogether(open)) {
      open.forEach(this::classifyAlone);
    }
    return entries.stream().map(entry -> entry.outcome).toList();
  }

  /** Whether that went well: the failure may be of one of them, or of so many at once. */
  private boolean classifyTogether(List<Entry> open) {
    try {
      classify(open);
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private void classify(List<Entry> together) {
    long start = System.nanoTime();
    List<Classification> results =
        classifier.classify(together.stream().map(entry -> entry.text).toList());
    double millis = millisSince(start);
    long tokensOfAll = together.stream().mapToLong(entry -> entry.text.tokens()).sum();
    for (int i = 0; i < results.size(); i++) {
      Entry entry = together.get(i);
      entry.outcome =
          Outcome.labelled(
              results.get(i), entry.millis + millis * entry.text.tokens() / tokensOfAll);
    }
  }

  private void classifyAlone(Entry entry) {
    long start = System.nanoTime();
    try {
      classify(List.of(entry));
    } catch (InferenceException e) {
      entry.outcome =
          Outcome.rejected(
              Reject.INFERENCE_FAILED.error(e.getMessage()), entry.millis + millisSince(start));
    }
  }

  /** A document takes a place, so that there is an end to those that are rejected. */
  private void decide(Row error, double millis) {
    Entry entry = new Entry(null, millis);
    entry.outcome = Outcome.rejected(error, millis);
    entries.add(entry);
    tokens++;
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  private static final class Entry {
    private final PreparedText text;
    private final double millis;
    private Outcome outcome;

    Entry(PreparedText text, double millis) {
      this.text = text;
      this.millis = millis;
    }
  }
}
