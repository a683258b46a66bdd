package io.github.ptcspark.spark.ml;

import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.spark.BundleLocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLWriter;

/**
 * Writes a classifier with its bundle. Where the bundle came from is not written: what is saved can
 * be moved as a whole.
 */
final class SelfContainedWriter extends MLWriter {

  /** The directory of the bundle in what is saved. */
  private static final String BUNDLE = "bundle";

  private final PrunedBertClassifier classifier;

  SelfContainedWriter(PrunedBertClassifier classifier) {
    this.classifier = classifier;
  }

  /** The bundle in what was saved. */
  static String bundle(String path) {
    return new Path(path, BUNDLE).toString();
  }

  @Override
  public void saveImpl(String path) {
    BundleFiles files = classifier.sharedModel(sparkSession()).files();
    PrunedBertClassifier parameters = classifier.copy(new ParamMap());
    parameters.clear(parameters.model());
    new DefaultParamsWriter(parameters).saveImpl(path);
    try {
      new BundleLocation(bundle(path), sparkSession().sessionState().newHadoopConf()).write(files);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot write %s: %s".formatted(bundle(path), e.getMessage()), e);
    }
  }
}
