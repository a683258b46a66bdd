package io.github.ptcspark.spark;

import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.Placement;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.TaskCompletionListener;

/**
 * A model that travels with tasks: its files go to the executors by broadcast, and each JVM loads
 * them once, for all its tasks; with several GPUs, once for each.
 */
public final class SharedModel implements Serializable, AutoCloseable {

  private static final long serialVersionUID = 1L;

  private final Broadcast<BundleFiles> files;
  private final String digest;
  private final ModelSettings settings;

  private SharedModel(Broadcast<BundleFiles> files, String digest, ModelSettings settings) {
    this.files = files;
    this.digest = digest;
    this.settings = settings;
  }

  /**
   * Broadcasts a model.
   *
   * @param settings how it is run
   */
  public static SharedModel broadcast(
      SparkContext context, BundleFiles files, ModelSettings settings) {
    return new SharedModel(
        JavaSparkContext.fromSparkContext(context).broadcast(files), files.digest(), settings);
  }

  /** The model's files. */
  public BundleFiles files() {
    return files.value();
  }

  /** Names of the classes by label id. */
  public List<String> labels() {
    return files.value().parse().labels();
  }

  /** Identifies the model, see {@link BundleFiles#digest()}. */
  public String digest() {
    return digest;
  }

  /** How it is run. */
  public ModelSettings settings() {
    return settings;
  }

  /** The model in this JVM, until the lease is closed. */
  ClassifierCache.Lease lease() {
    Placement placement = TaskPlacement.of(settings.precision().device());
    return ClassifierCache.acquire(digest, settings, placement, () -> load(placement));
  }

  /** The model in this JVM, until the task that asks for it ends. */
  Classifier classifierOfTask() {
    ClassifierCache.Lease lease = lease();
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> lease.close());
    return lease.classifier();
  }

  private Classifier load(Placement placement) {
    long start = System.nanoTime();
    Classifier classifier = new Classifier(files.value().parse(), settings, placement);
    InferenceMetrics.loaded((System.nanoTime() - start) / 1e9);
    return classifier;
  }

  /** Takes the files off the executors, and the model out of this JVM if no task uses it. */
  @Override
  public void close() {
    files.destroy();
    ClassifierCache.releaseUnused();
  }
}
