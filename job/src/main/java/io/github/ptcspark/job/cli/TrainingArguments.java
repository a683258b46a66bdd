package io.github.ptcspark.job.cli;

import io.github.ptcspark.inference.Processor;
import io.github.ptcspark.inference.TrainingPrecision;
import io.github.ptcspark.job.train.TrainingOptions;
import picocli.CommandLine.Option;

/** The options that say how to train. */
final class TrainingArguments {

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "4",
      description = "Times that every document is read (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      defaultValue = "3e-4",
      description =
          "The largest learning rate, after the warm-up (default: ${DEFAULT-VALUE}; BERT of hidden"
              + " size 768 wants 2e-5 to 5e-5).")
  private double learningRate;

  @Option(
      names = "--warm-up",
      paramLabel = "SHARE",
      defaultValue = "0.1",
      description =
          "Share of the steps in which the rate grows; then it falls to 0 (default:"
              + " ${DEFAULT-VALUE}).")
  private double warmUp;

  @Option(
      names = "--weight-decay",
      paramLabel = "DECAY",
      defaultValue = "0.01",
      description = "AdamW's weight decay of matrices (default: ${DEFAULT-VALUE}).")
  private double weightDecay;

  @Option(
      names = "--largest-norm",
      paramLabel = "NORM",
      defaultValue = "1.0",
      description = "The gradient is shortened to this norm (default: ${DEFAULT-VALUE}).")
  private double largestNorm;

  @Option(
      names = "--dropout",
      paramLabel = "SHARE",
      defaultValue = "0.1",
      description = "Share of activations dropped in training (default: ${DEFAULT-VALUE}).")
  private double dropout;

  @Option(
      names = "--batch-tokens",
      paramLabel = "N",
      defaultValue = "2048",
      description = "Most tokens a step (default: ${DEFAULT-VALUE}).")
  private int batchTokens;

  @Option(
      names = "--batch-documents",
      paramLabel = "N",
      defaultValue = "16",
      description = "Most documents a step (default: ${DEFAULT-VALUE}).")
  private int batchDocuments;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "512",
      description =
          "Most tokens read of a document in training; the model's own limit applies too (default:"
              + " ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Same seed, processor and threads: same model, bit for bit (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Cores to use (default: all of this machine).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--training-precision",
      paramLabel = "PRECISION",
      converter = Texts.OfTrainingPrecision.class,
      description =
          "fp32 or bf16: the products of linear layers in training; the rest is in fp32 (default:"
              + " bf16 on processors with AMX, else fp32).")
  private TrainingPrecision precision = TrainingPrecision.of(Processor.current());

  /** What random numbers begin with. */
  long seed() {
    return seed;
  }

  /**
   * The options.
   *
   * @throws IllegalArgumentException with all that is wrong
   */
  TrainingOptions options() {
    return new TrainingOptions(
        epochs,
        learningRate,
        warmUp,
        weightDecay,
        largestNorm,
        dropout,
        batchTokens,
        batchDocuments,
        maxTokens,
        seed,
        threads,
        precision);
  }
}
