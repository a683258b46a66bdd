package io.github.ptcspark.job.train;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.job.corpus.CorpusOptions;
import java.io.PrintStream;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** Trains a model on a corpus and writes the bundle. */
public final class TrainRun {

  private final SparkSession session;
  private final Bundle base;
  private final ModelSettings settings;
  private final TrainingOptions options;

  /**
   * A run.
   *
   * @param base the model to start with
   * @param settings how the trained model is to be run
   */
  public TrainRun(
      SparkSession session, Bundle base, ModelSettings settings, TrainingOptions options) {
    this.session = session;
    this.base = base;
    this.settings = settings;
    this.options = options;
  }

  /**
   * Reads, trains and writes.
   *
   * @param corpus the training documents; the one kept column is the label
   * @param out directory to write; it does not exist or is empty
   * @param progress where progress is shown
   * @throws io.github.ptcspark.job.JobException if a corpus cannot be read or learnt from
   * @throws io.github.ptcspark.bundle.BundleException if the bundle cannot be written
   */
  public TrainSummary run(
      CorpusOptions corpus, ValidationSource validation, Path out, PrintStream progress) {
    BundleFiles.checkWritable(out);
    long start = System.nanoTime();
    LabelledCorpus training = LabelledCorpus.read(session, corpus, base, progress);
    TrainingData data =
        validation instanceof ValidationSource.OfCorpus other
            ? TrainingData.of(
                training, LabelledCorpus.read(session, other.options(), base, progress))
            : TrainingData.split(
                training, ((ValidationSource.OfRatio) validation).ratio(), options.seed());
    TrainedModel trained;
    try (TrainingConsole console = new TrainingConsole(progress, data, options.epochs())) {
      trained = new Trainer(options, console).train(base, data, settings);
    }
    Bundle bundle =
        TrainingProvenance.of(base, trained, training, data, options, session.version());
    BundleFiles files = BundleFiles.of(bundle);
    files.write(out);
    return new TrainSummary(
        bundle,
        files.digest(),
        out,
        data,
        trained,
        options.precision(),
        (System.nanoTime() - start) / 1e9);
  }
}
