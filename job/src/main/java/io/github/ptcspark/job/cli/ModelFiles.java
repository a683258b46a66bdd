package io.github.ptcspark.job.cli;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.bundle.importing.ModelImporter;
import io.github.ptcspark.spark.BundleLocation;
import java.nio.file.Path;

/** Reads the models that commands name, before Spark starts: what is wrong is said at once. */
final class ModelFiles {

  private ModelFiles() {}

  /**
   * A model.
   *
   * @param path see {@link BundleLocation}
   * @throws BundleException if it cannot be read
   */
  static BundleFiles read(String path) {
    return location(path).read();
  }

  /**
   * A model that labels, and can be run as it is asked.
   *
   * @param path see {@link BundleLocation}
   * @param changes what differs from its own settings
   * @throws BundleException if it cannot be read, has no classifier, or a change needs training or
   *     does not fit it
   */
  static Classifier readClassifier(String path, SettingsChanges changes) {
    BundleFiles files = read(path);
    return new Classifier(files, changes.applyTo(files.parseClassifier()));
  }

  /**
   * A model that labels.
   *
   * @param files where it comes from
   * @param settings how it is run
   */
  record Classifier(BundleFiles files, ModelSettings settings) {}

  /**
   * A bundle, wherever it is, or what can become one.
   *
   * @param source see {@link BundleLocation} and {@link ModelImporter}
   * @param modelsDirectory where the models with names lie
   * @throws BundleException if there is no such model
   */
  static Bundle readOrImport(String source, Path modelsDirectory) {
    return location(source).isLocal()
        ? ModelImporter.importFrom(source, modelsDirectory)
        : read(source).parse();
  }

  private static BundleLocation location(String path) {
    return new BundleLocation(path, Sessions.hadoop());
  }
}
