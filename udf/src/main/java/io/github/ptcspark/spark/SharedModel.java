package io.github.ptcspark.spark;

import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.Placement;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.TaskCompletionListener;

/**
 * A model that travels with tasks: its files go to the executors by broadcast, and each JVM loads
 * them once, for all its tasks; with several GPUs, once for each.
 *
 * <p>Each file is a broadcast of its own and a byte array, which every {@code spark.serializer}
 * writes, whatever classes it wants to have registered.
 */
public final class SharedModel implements Serializable, AutoCloseable {

  private static final long serialVersionUID = 1L;

  private final String source;
  private final TreeMap<String, Broadcast<byte[]>> contents;
  private final String digest;
  private final ModelSettings settings;

  private SharedModel(
      String source,
      Map<String, Broadcast<byte[]>> contents,
      String digest,
      ModelSettings settings) {
    this.source = source;
    this.contents = new TreeMap<>(contents);
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
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(context);
    Map<String, Broadcast<byte[]>> contents = new HashMap<>();
    files.contents().forEach((name, content) -> contents.put(name, spark.broadcast(content)));
    return new SharedModel(files.source(), contents, files.digest(), settings);
  }

  /** The model's files. */
  public BundleFiles files() {
    Map<String, byte[]> arrived = new HashMap<>();
    contents.forEach((name, content) -> arrived.put(name, content.value()));
    return BundleFiles.of(source, arrived);
  }

  /** Names of the classes by label id. */
  public List<String> labels() {
    return files().parse().labels();
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
    Classifier classifier = new Classifier(files().parse(), settings, placement);
    InferenceMetrics.loaded((System.nanoTime() - start) / 1e9);
    return classifier;
  }

  /** Takes the files off the executors, and the model out of this JVM if no task uses it. */
  @Override
  public void close() {
    contents.values().forEach(Broadcast::destroy);
    ClassifierCache.releaseUnused();
  }
}
