package io.github.ptcspark.job.train;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Weights;
import io.github.ptcspark.inference.NativeRuntime;
import io.github.ptcspark.inference.StepSettings;
import io.github.ptcspark.inference.TrainingProgram;
import io.github.ptcspark.job.JobException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Fine-tunes all weights of a model, with the pruning active as it will be later.
 *
 * <p>The same model, documents, options and processor give the same weights, bit for bit.
 */
public final class Trainer {

  private static final int THREADS_OF_INFERENCE = 1;

  private final TrainingOptions options;
  private final TrainingListener listener;

  /** A trainer. */
  public Trainer(TrainingOptions options, TrainingListener listener) {
    this.options = options;
    this.listener = listener;
  }

  /**
   * Trains a model.
   *
   * @param base the encoder to start with
   * @param settings how the trained model is to be run; the options say in what precision it is
   *     trained
   * @return the model after the epoch with the lowest validation loss, be it that the loss diverged
   *     in a later one; its provenance is the base's
   * @throws JobException if the base model lacks a layer that the policy needs, or the loss
   *     diverges before any epoch is done
   */
  public TrainedModel train(Bundle base, TrainingData data, ModelSettings settings) {
    NativeRuntime.useThreads(options.threads());
    try {
      Bundle start = InitialWeights.of(base, data.labels(), settings, options.seed());
      try (TrainingProgram program =
          TrainingProgram.load(start, options.precision(), options.seed())) {
        return new Run(start, program, data).all();
      }
    } finally {
      NativeRuntime.useThreads(THREADS_OF_INFERENCE);
    }
  }

  /** One training from the first step to the last. */
  private final class Run {

    private final Bundle start;
    private final TrainingProgram program;
    private final List<List<Batch>> epochs = new ArrayList<>();
    private final List<Batch> validation;
    private final int steps;
    private final long documents;
    private final LearningRate rate;
    private final long began = System.nanoTime();

    private int stepsDone;
    private long documentsDone;
    private double runningLoss = Double.NaN;

    Run(Bundle start, TrainingProgram program, TrainingData data) {
      this.start = start;
      this.program = program;
      List<Example> examples = examples(data.training());
      Random random = new Random(options.seed());
      for (int epoch = 0; epoch < options.epochs(); epoch++) {
        epochs.add(
            Batch.shuffled(examples, options.batchTokens(), options.batchDocuments(), random));
      }
      validation =
          Batch.inOrder(
              examples(data.validation()), options.batchTokens(), options.batchDocuments());
      steps = epochs.stream().mapToInt(List::size).sum();
      documents = (long) options.epochs() * examples.size();
      rate = LearningRate.of(options, steps);
    }

    TrainedModel all() {
      List<EpochReport> reports = new ArrayList<>();
      EpochReport best = null;
      Weights weights = null;
      Optional<EpochReport> done = Optional.empty();
      for (List<Batch> batches : epochs) {
        done = epoch(reports.size() + 1, batches);
        if (done.isEmpty()) {
          break;
        }
        EpochReport report = done.get();
        reports.add(report);
        if (best == null || report.validationLoss() < best.validationLoss()) {
          best = report;
          weights = program.weights();
        }
        listener.epoch(report);
      }
      Optional<Divergence> divergence =
          done.isPresent()
              ? Optional.empty()
              : Optional.of(new Divergence(stepsDone, steps, options.learningRate()));
      if (best == null) {
        throw new JobException("Cannot train: " + divergence.orElseThrow().text());
      }
      divergence.ifPresent(listener::diverged);
      Bundle trained =
          new Bundle(
              start.config(),
              start.labels(),
              start.pooling(),
              start.tokenizer(),
              weights,
              start.settings(),
              start.provenance());
      return new TrainedModel(trained, reports, best, divergence);
    }

    /** Nothing if the loss diverges, of a step or of the validation documents. */
    private Optional<EpochReport> epoch(int epoch, List<Batch> batches) {
      double loss = 0;
      int read = 0;
      for (Batch batch : batches) {
        double ofStep = step(epoch, batch);
        if (!Double.isFinite(ofStep)) {
          return Optional.empty();
        }
        loss += ofStep * batch.examples().size();
        read += batch.examples().size();
      }
      Validation result = Validation.of(program, validation, start.labels());
      if (!Double.isFinite(result.loss())) {
        return Optional.empty();
      }
      return Optional.of(
          new EpochReport(
              epoch,
              loss / read,
              result.loss(),
              result.metrics().accuracy(),
              result.metrics().macroF1(),
              seconds()));
    }

    private double step(int epoch, Batch batch) {
      StepSettings settings =
          new StepSettings(
              rate.at(stepsDone), options.weightDecay(), options.largestNorm(), options.dropout());
      double loss = program.step(batch.documents(), batch.labels(), settings);
      stepsDone++;
      if (!Double.isFinite(loss)) {
        return loss;
      }
      documentsDone += batch.examples().size();
      runningLoss = Double.isNaN(runningLoss) ? loss : 0.9 * runningLoss + 0.1 * loss;
      listener.step(
          new TrainingProgress(epoch, options.epochs(), documentsDone, documents, runningLoss));
      return loss;
    }

    private List<Example> examples(List<LabelledDocument> documents) {
      return Example.of(documents, start, start.settings().longDocuments(), options.maxTokens());
    }

    private double seconds() {
      return (System.nanoTime() - began) / 1e9;
    }
  }
}
