package io.github.ptcspark.job.train;

import io.github.ptcspark.bundle.Labels;
import io.github.ptcspark.job.JobException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * What a model learns from and what it is checked with.
 *
 * @param labels names of the classes in order, as they occur in the training documents
 * @param training documents that are learnt
 * @param validation documents that choose the best epoch
 */
public record TrainingData(
    List<String> labels, List<LabelledDocument> training, List<LabelledDocument> validation) {

  /** Copies the lists. */
  public TrainingData {
    labels = List.copyOf(labels);
    training = List.copyOf(training);
    validation = List.copyOf(validation);
  }

  /**
   * Documents of two corpora.
   *
   * @throws JobException if one has no documents, there are fewer than two classes, a class has one
   *     document only, or a class of the validation documents has no training document
   */
  public static TrainingData of(LabelledCorpus training, LabelledCorpus validation) {
    Map<String, List<LabelledDocument>> classes = classes(training);
    for (LabelledDocument document : validation.documents()) {
      if (!classes.containsKey(document.label())) {
        throw new JobException(
            ("Cannot train on %s: label \"%s\" occurs in the validation documents but not"
                    + " in the training documents")
                .formatted(training.source(), document.label()));
      }
    }
    if (validation.documents().isEmpty()) {
      throw new JobException(
          "Cannot train on %s: the validation corpus %s has no labelled documents"
              .formatted(training.source(), validation.source()));
    }
    return new TrainingData(
        List.copyOf(classes.keySet()), training.documents(), validation.documents());
  }

  /**
   * One corpus, split: of every class the given share, but at least one document, is for validation
   * and at least one for training. The same seed gives the same split.
   *
   * @param ratio share of the documents that are for validation, above 0 and below 1
   * @throws JobException if there are no documents, fewer than two classes, or a class has one
   *     document only
   */
  public static TrainingData split(LabelledCorpus corpus, double ratio, long seed) {
    if (!(ratio > 0 && ratio < 1)) {
      throw new IllegalArgumentException(
          "Invalid validation ratio: %s (above 0, below 1)".formatted(ratio));
    }
    Map<String, List<LabelledDocument>> classes = classes(corpus);
    Random random = new Random(seed);
    List<LabelledDocument> training = new ArrayList<>();
    List<LabelledDocument> validation = new ArrayList<>();
    for (List<LabelledDocument> documents : classes.values()) {
      Collections.shuffle(documents, random);
      int size = documents.size();
      int held = Math.max(1, Math.min(size - 1, (int) Math.round(size * ratio)));
      validation.addAll(documents.subList(0, held));
      training.addAll(documents.subList(held, size));
    }
    return new TrainingData(List.copyOf(classes.keySet()), training, validation);
  }

  private static Map<String, List<LabelledDocument>> classes(LabelledCorpus corpus) {
    Map<String, List<LabelledDocument>> classes = byLabel(corpus);
    checkClasses(corpus, classes);
    classes.forEach(
        (label, documents) -> {
          if (documents.size() == 1) {
            throw new JobException(
                "Cannot train on %s: label \"%s\" has one document only, at least two are needed"
                    .formatted(corpus.source(), label));
          }
        });
    return classes;
  }

  /** The documents of each label, in the order of the labels; the caller may change the map. */
  static Map<String, List<LabelledDocument>> byLabel(LabelledCorpus corpus) {
    Map<String, List<LabelledDocument>> classes = new TreeMap<>();
    for (LabelledDocument document : corpus.documents()) {
      classes.computeIfAbsent(document.label(), label -> new ArrayList<>()).add(document);
    }
    return classes;
  }

  /**
   * Checks that classes can be learnt.
   *
   * @throws JobException if there are fewer than two, or a label could not be one
   */
  static void checkClasses(LabelledCorpus corpus, Map<String, List<LabelledDocument>> classes) {
    if (classes.isEmpty()) {
      throw new JobException(
          "Cannot train on %s: it has no labelled documents".formatted(corpus.source()));
    }
    if (classes.size() == 1) {
      throw new JobException(
          "Cannot train on %s: all documents have the label \"%s\", at least two classes are needed"
              .formatted(corpus.source(), classes.keySet().iterator().next()));
    }
    Labels.problem(List.copyOf(classes.keySet()))
        .ifPresent(
            problem -> {
              throw new JobException("Cannot train on %s: %s".formatted(corpus.source(), problem));
            });
  }
}
