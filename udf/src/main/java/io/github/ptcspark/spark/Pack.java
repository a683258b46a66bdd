package io.github.ptcspark.spark;

import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.InferenceException;
import io.github.ptcspark.inference.PreparedText;
import io.github.ptcspark.pruning.PruningPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
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
    return outcomes(texts -> classifier.classify(texts, policy));
  }

  /** The same in full, if the model was loaded for it. */
  List<Outcome> classifyInFull() {
    return outcomes(classifier::classifyInFull);
  }

  private List<Outcome> outcomes(Reading reading) {
    IdentityHashMap<Entry, Answer> answers = read(entries, reading);
    return entries.stream().map(entry -> outcome(entry, answers.get(entry))).toList();
  }

  private static Outcome outcome(Entry entry, Answer answer) {
    if (answer == null) {
      return Outcome.rejected(entry.error, entry.millis);
    }
    double millis = entry.millis + answer.millis;
    return answer.classification == null
        ? Outcome.rejected(answer.error, millis)
        : Outcome.labelled(answer.classification, millis);
  }

  /**
   * The labels that documents get in full.
   *
   * @param outcomes of all that was added, see {@link #classify()}
   * @param audited places of the documents to audit
   * @return by place; a document that is refused in full has none
   */
  Map<Integer, String> labelsInFull(List<Outcome> outcomes, List<Integer> audited) {
    if (audited.isEmpty()) {
      return Map.of();
    }
    Map<Integer, String> labels = new HashMap<>();
    List<Entry> open = new ArrayList<>();
    for (int place : audited) {
      Classification known = outcomes.get(place).classification();
      if (known != null && known.escalated()) {
        labels.put(place, known.label());
      } else {
        open.add(entries.get(place));
      }
    }
    IdentityHashMap<Entry, Answer> answers = read(open, classifier::classifyInFull);
    for (int place : audited) {
      Answer answer = answers.get(entries.get(place));
      if (answer != null && answer.classification != null) {
        labels.put(place, answer.classification.label());
      }
    }
    return labels;
  }

  /** The answers to those that have a text. */
  private IdentityHashMap<Entry, Answer> read(List<Entry> some, Reading reading) {
    List<Entry> open = some.stream().filter(entry -> entry.text != null).toList();
    IdentityHashMap<Entry, Answer> answers = new IdentityHashMap<>();
    if (open.size() <= 1 || !readTogether(open, reading, answers)) {
      open.forEach(entry -> readAlone(entry, reading, answers));
    }
    return answers;
  }

  /** Whether that went well: the failure may be of one of them, or of so many at once. */
  private boolean readTogether(
      List<Entry> open, Reading reading, IdentityHashMap<Entry, Answer> answers) {
    try {
      readAll(open, reading, answers);
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private void readAll(
      List<Entry> together, Reading reading, IdentityHashMap<Entry, Answer> answers) {
    long start = System.nanoTime();
    List<Classification> results = reading.of(together.stream().map(Entry::text).toList());
    double millis = millisSince(start);
    double flopsOfAll = results.stream().mapToDouble(result -> result.statistics().flops()).sum();
    for (int i = 0; i < results.size(); i++) {
      double share = results.get(i).statistics().flops() / flopsOfAll;
      answers.put(together.get(i), new Answer(results.get(i), null, millis * share));
    }
  }

  private void readAlone(Entry entry, Reading reading, IdentityHashMap<Entry, Answer> answers) {
    long start = System.nanoTime();
    try {
      readAll(List.of(entry), reading, answers);
    } catch (InferenceException e) {
      answers.put(
          entry,
          new Answer(null, Reject.INFERENCE_FAILED.error(e.getMessage()), millisSince(start)));
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

  /** What the model says of texts, read in one way. */
  private interface Reading {

    List<Classification> of(List<PreparedText> texts);
  }

  /** A text, or the reason why there is none, and the time that reading it took. */
  private record Entry(PreparedText text, Row error, double millis) {}

  /** A classification, or the reason why there is none, and the time that it took. */
  private record Answer(Classification classification, Row error, double millis) {}
}
