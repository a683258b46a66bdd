package io.github.ptcspark.spark.ml;

import io.github.ptcspark.spark.FileSystems;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;

/** Reads a classifier and its bundle, wherever they were moved. */
final class SelfContainedReader extends MLReader<PrunedBertClassifier> {

  /**
   * Loads a classifier. Its bundle is read at once, so that it stays usable when something else is
   * saved in its place.
   */
  @Override
  public PrunedBertClassifier load(String path) {
    DefaultParamsReader<PrunedBertClassifier> parameters = new DefaultParamsReader<>();
    PrunedBertClassifier classifier = parameters.load(path);
    classifier.setModel(SelfContainedWriter.bundle(qualified(path)));
    classifier.sharedModel(sparkSession());
    return classifier;
  }

  /** With the scheme that Spark's own part was read from, since a bundle without one is local. */
  private String qualified(String path) {
    Configuration hadoop = sparkSession().sessionState().newHadoopConf();
    Path directory = new Path(path);
    try {
      return FileSystems.of(directory, hadoop).makeQualified(directory).toString();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read %s: %s".formatted(path, e.getMessage()), e);
    }
  }
}
