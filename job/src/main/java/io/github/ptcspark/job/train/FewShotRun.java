package io.github.ptcspark.job.train;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.Heads;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.inference.Embedder;
import io.github.ptcspark.inference.InferenceException;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.job.report.ProgressLine;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * Fits a classifier on a few examples of each class and leaves the encoder as it is: the examples
 * are read with the pruning, and in the precision, with which documents will be, and a {@link
 * LogisticHead} is fitted on their pooled outputs.
 *
 * <p>Documents out of scope, if they are to be told apart, are one more class, the last, with
 * weights of 0: its logit is its bias, a {@link ScopeThreshold}. So the model is like any other.
 */
public final class FewShotRun {

  private static final int TEXTS_AT_ONCE = 128;

  private final SparkSession session;
  private final Bundle base;
  private final ModelSettings settings;
  private final FewShotOptions options;

  /**
   * A run.
   *
   * @param base the encoder; a classifier that it may have is replaced
   * @param settings how the model is to be run, fit for the base as it is
   */
  public FewShotRun(
      SparkSession session, Bundle base, ModelSettings settings, FewShotOptions options) {
    this.session = session;
    this.base = base;
    this.settings = settings;
    this.options = options;
  }

  /**
   * Reads, fits and writes.
   *
   * @param corpus the examples; the one kept column is the label
   * @param out directory to write; it does not exist or is empty
   * @param progress where progress is shown
   * @throws JobException if the corpus cannot be read or learnt from
   * @throws io.github.ptcspark.bundle.BundleException if the bundle cannot be written
   */
  public FewShotSummary run(CorpusOptions corpus, Path out, PrintStream progress) {
    BundleFiles.checkWritable(out);
    LabelledCorpus training = LabelledCorpus.read(session, corpus, base, progress);
    FewShotExamples examples = FewShotExamples.draw(training, options);
    long start = System.nanoTime();
    List<double[]> embeddings = embed(training, examples, progress);
    double embedding = secondsSince(start);
    start = System.nanoTime();
    List<double[]> inside = embeddings.subList(0, examples.examples().size());
    LogisticHead head = LogisticHead.fit(session, inside, examples.labelIds());
    double fitting = secondsSince(start);
    Optional<ScopeThreshold> threshold =
        options
            .outOfScope()
            .map(
                label ->
                    ScopeThreshold.of(
                        HeldOut.of(
                            session,
                            inside,
                            examples.labelIds(),
                            embeddings.subList(inside.size(), embeddings.size()))));
    Bundle bundle =
        TrainingProvenance.ofFewShot(
            base,
            model(head, examples.labels(), threshold),
            training,
            examples,
            options,
            threshold,
            session.version());
    BundleFiles files = BundleFiles.of(bundle);
    files.write(out);
    return new FewShotSummary(
        bundle, files.digest(), out, examples.examples().size(), threshold, embedding, fitting);
  }

  private List<double[]> embed(
      LabelledCorpus training, FewShotExamples examples, PrintStream progressStream) {
    List<String> texts = new ArrayList<>();
    examples.examples().forEach(example -> texts.add(example.text()));
    examples.outOfScope().forEach(example -> texts.add(example.text()));
    List<double[]> embeddings = new ArrayList<>();
    try (Embedder embedder = new Embedder(base, settings, List.of());
        ProgressLine progress =
            new ProgressLine(progressStream, "embedding", "examples", texts.size())) {
      for (int from = 0; from < texts.size(); from += TEXTS_AT_ONCE) {
        List<String> some = texts.subList(from, Math.min(from + TEXTS_AT_ONCE, texts.size()));
        embeddings.addAll(embedder.embed(some, settings.policy()));
        progress.update(embeddings.size());
      }
      progress.finish();
    } catch (InferenceException e) {
      throw new JobException(
          "Cannot train on %s: %s".formatted(training.source(), e.getMessage()), e);
    }
    return embeddings;
  }

  private Bundle model(
      LogisticHead head, List<String> classes, Optional<ScopeThreshold> threshold) {
    List<String> labels = new ArrayList<>(classes);
    float[] weights = head.weight().toArray();
    float[] biases = head.bias().toArray();
    int hidden = weights.length / biases.length;
    if (threshold.isPresent()) {
      labels.add(options.outOfScope().orElseThrow());
      weights = Arrays.copyOf(weights, weights.length + hidden);
      biases = Arrays.copyOf(biases, biases.length + 1);
      biases[biases.length - 1] = (float) threshold.get().logit();
    }
    Bundle run =
        new Bundle(
            base.config(),
            base.labels(),
            base.pooling(),
            base.tokenizer(),
            base.weights(),
            settings,
            base.provenance());
    return Heads.linear(
        run,
        labels,
        FloatTensor.of(new int[] {labels.size(), hidden}, weights),
        FloatTensor.of(new int[] {labels.size()}, biases));
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
