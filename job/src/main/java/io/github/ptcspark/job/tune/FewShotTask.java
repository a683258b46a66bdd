package io.github.ptcspark.job.tune;

import io.github.ptcspark.inference.Embedder;
import io.github.ptcspark.inference.InferenceException;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.report.ProgressLine;
import io.github.ptcspark.job.train.FewShotExamples;
import io.github.ptcspark.job.train.FewShotOptions;
import io.github.ptcspark.job.train.LabelledCorpus;
import io.github.ptcspark.job.train.LabelledDocument;
import io.github.ptcspark.job.train.LogisticHead;
import io.github.ptcspark.pruning.PruningPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongSupplier;
import org.apache.spark.sql.SparkSession;

/** Examples that a head is fitted on, and other documents that its accuracy is measured on. */
final class FewShotTask {

  private static final int TEXTS_AT_ONCE = 128;
  private static final int FIRST_TEXTS = 8;

  private final String source;
  private final FewShotExamples examples;
  private final List<LabelledDocument> others;

  private FewShotTask(String source, FewShotExamples examples, List<LabelledDocument> others) {
    this.source = source;
    this.examples = examples;
    this.others = others;
  }

  /**
   * Draws a task.
   *
   * @throws JobException if there are fewer than two classes, or all documents are examples
   */
  static FewShotTask draw(LabelledCorpus corpus, TuneOptions options) {
    FewShotExamples examples =
        FewShotExamples.draw(
            corpus,
            new FewShotOptions(
                Optional.of(options.examplesPerClass()), Optional.empty(), options.seed()));
    List<LabelledDocument> others = new ArrayList<>(corpus.documents());
    others.removeAll(examples.examples());
    if (others.isEmpty()) {
      throw new JobException(
          "Cannot tune on %s: all its %s documents are examples, none is left to measure accuracy on"
              .formatted(corpus.source(), corpus.documents().size()));
    }
    Collections.shuffle(others, new Random(options.seed()));
    return new FewShotTask(
        corpus.source(),
        examples,
        List.copyOf(others.subList(0, Math.min(options.documents(), others.size()))));
  }

  /** How many documents are embedded under each policy. */
  int size() {
    return examples.examples().size() + others.size();
  }

  /** What it consists of, for a terminal. */
  @Override
  public String toString() {
    return "%s: %s classes, %s examples, accuracy of %s other documents"
        .formatted(source, examples.labels().size(), examples.examples().size(), others.size());
  }

  /**
   * Embeds all documents under every policy in turn, so that times can be compared.
   *
   * @param clock the processor time of this thread in nanoseconds
   * @param progress says how many documents are done, each once for each policy
   */
  Embedded embed(
      Embedder embedder, List<PruningPolicy> policies, LongSupplier clock, ProgressLine progress) {
    List<String> texts = new ArrayList<>();
    examples.examples().forEach(example -> texts.add(example.text()));
    others.forEach(document -> texts.add(document.text()));
    Map<PruningPolicy, List<double[]>> embeddings = new HashMap<>();
    Map<PruningPolicy, Long> nanos = new HashMap<>();
    policies.forEach(policy -> embeddings.put(policy, new ArrayList<>()));
    int done = 0;
    try {
      for (int from = 0; from < texts.size(); from += TEXTS_AT_ONCE) {
        List<String> some = texts.subList(from, Math.min(from + TEXTS_AT_ONCE, texts.size()));
        if (from == 0) { // A first time takes longer.
          List<String> first = some.subList(0, Math.min(FIRST_TEXTS, some.size()));
          policies.forEach(policy -> embedder.embed(first, policy));
        }
        for (PruningPolicy policy : policies) {
          long start = clock.getAsLong();
          embeddings.get(policy).addAll(embedder.embed(some, policy));
          long spent = clock.getAsLong() - start;
          nanos.merge(policy, spent, Long::sum);
          done += some.size();
          progress.update(done, source);
        }
      }
      progress.finish();
    } catch (InferenceException e) {
      throw new JobException("Cannot tune on %s: %s".formatted(source, e.getMessage()), e);
    }
    return new Embedded(embeddings, nanos);
  }

  /** A task as an encoder sees it under several policies. */
  final class Embedded {

    private final Map<PruningPolicy, List<double[]>> embeddings;
    private final Map<PruningPolicy, Long> nanos;

    private Embedded(
        Map<PruningPolicy, List<double[]>> embeddings, Map<PruningPolicy, Long> nanos) {
      this.embeddings = embeddings;
      this.nanos = nanos;
    }

    /** Processor time of a document in milliseconds. */
    double millis(PruningPolicy policy) {
      return nanos.get(policy) / 1e6 / size();
    }

    /** Share of the other documents that a head fitted on the examples labels right. */
    double accuracy(SparkSession session, PruningPolicy policy) {
      List<double[]> vectors = embeddings.get(policy);
      int fitted = examples.examples().size();
      LogisticHead head =
          LogisticHead.fit(session, vectors.subList(0, fitted), examples.labelIds());
      int right = 0;
      for (int i = 0; i < others.size(); i++) {
        int best = LogisticHead.best(head.logits(vectors.get(fitted + i)));
        right += examples.labels().get(best).equals(others.get(i).label()) ? 1 : 0;
      }
      return (double) right / others.size();
    }
  }
}
