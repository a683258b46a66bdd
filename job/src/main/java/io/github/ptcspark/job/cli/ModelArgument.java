package io.github.ptcspark.job.cli;

import io.github.ptcspark.bundle.SettingsChanges;
import picocli.CommandLine.Option;

/** The option that names the model that labels on Spark. */
final class ModelArgument {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "BUNDLE",
      description =
          "Directory of the trained model: on the driver's disk, or with a scheme, such as hdfs:.")
  private String model;

  /** As the user named it. */
  String model() {
    return model;
  }

  /** The model, see {@link ModelFiles#readClassifier}. */
  ModelFiles.Classifier read(SettingsChanges changes) {
    return ModelFiles.readClassifier(model, changes);
  }
}
