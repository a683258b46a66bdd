package io.github.ptcspark.spark;

import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.inference.Alternatives;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.Placement;
import io.github.ptcspark.inference.Precisions;
import io.github.ptcspark.inference.Processor;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.util.TaskCompletionListener;

/**
 * A model that travels with tasks: its files go to the executors by broadcast, and each JVM loads
 * them once, for all its tasks; with several GPUs, once for each. On a local Spark the tasks read
 * the files of the driver.
 */
public final class SharedModel implements Serializable, AutoCloseable {

  private static final long serialVersionUID = 1L;

  private final String source;
  private final TreeMap<String, BroadcastFile> contents;

  /** Where they are in this JVM, see {@link LocalModels}; null if they are broadcast. */
  private final String local;

  private final ArrayList<String> labels;
  private final String digest;
  private final ModelSettings settings;
  private final Alternatives alternatives;

  private SharedModel(
      BundleFiles files,
      Map<String, BroadcastFile> contents,
      String local,
      ModelSettings settings,
      Alternatives alternatives) {
    this.source = files.source();
    this.contents = new TreeMap<>(contents);
    this.local = local;
    this.labels = new ArrayList<>(files.parse().labels());
    this.digest = files.digest();
    this.settings = settings;
    this.alternatives = alternatives;
  }

  /**
   * Broadcasts a model.
   *
   * @param asked how it is run; if the precision is not exact, in the fastest one of the executors
   */
  public static SharedModel broadcast(
      SparkContext context, BundleFiles files, ModelSettings asked) {
    return broadcast(context, files, asked, Alternatives.NONE);
  }

  /**
   * The same for several ways to read a text.
   *
   * @param alternatives beside that of the settings
   */
  public static SharedModel broadcast(
      SparkContext context, BundleFiles files, ModelSettings asked, Alternatives alternatives) {
    ModelSettings settings =
        asked.precision().isExact() ? asked : ProcessorSurvey.settle(context, asked);
    if (context.isLocal()) {
      String local = LocalModels.add(files);
      SharedModel model = new SharedModel(files, Map.of(), local, settings, alternatives);
      LocalModels.removeAfter(model, local);
      return model;
    }
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(context);
    Map<String, BroadcastFile> contents = new HashMap<>();
    files
        .contents()
        .forEach((name, content) -> contents.put(name, BroadcastFile.of(spark, content)));
    return new SharedModel(files, contents, null, settings, alternatives);
  }

  /** The model's files. */
  public BundleFiles files() {
    return local == null ? BundleFiles.of(source, new HashMap<>(contents)) : LocalModels.get(local);
  }

  /** Names of the classes by label id. */
  public List<String> labels() {
    return Collections.unmodifiableList(labels);
  }

  /** Identifies the model, see {@link BundleFiles#digest()}. */
  public String digest() {
    return digest;
  }

  /** How it is run; the precision is exact. */
  public ModelSettings settings() {
    return settings;
  }

  /** The model in this JVM, until the lease is closed. */
  ClassifierCache.Lease lease() {
    return lease(Processor.current());
  }

  /**
   * The same on a given processor. An executor that came late may lack the precision: it computes
   * in no other.
   *
   * @throws BundleException if the processor lacks the precision
   */
  ClassifierCache.Lease lease(Processor processor) {
    Precisions.lack(settings.precision(), processor)
        .ifPresent(
            lack -> {
              throw new BundleException(
                  "Cannot classify in %s: processor %s of %s lacks %s"
                      .formatted(settings.precision(), processor.name(), place(), lack));
            });
    Placement placement = TaskPlacement.of(settings.precision().device());
    return ClassifierCache.acquire(
        new ClassifierCache.Key(digest, settings, alternatives, placement), () -> load(placement));
  }

  /** The model in this JVM, until the task that asks for it ends. */
  Classifier classifierOfTask() {
    ClassifierCache.Lease lease = lease();
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> lease.close());
    return lease.classifier();
  }

  private static String place() {
    BlockManagerId place = SparkEnv.get().blockManager().blockManagerId();
    return "%s %s".formatted(place.isDriver() ? "driver" : "executor", place.host());
  }

  private Classifier load(Placement placement) {
    long start = System.nanoTime();
    // Of a full model that reads nothing, nothing is read either.
    BundleFiles read = alternatives.readInFull(settings) ? files() : files().withoutFull();
    Classifier classifier = new Classifier(read.parse(), settings, placement, alternatives);
    InferenceMetrics.loaded((System.nanoTime() - start) / 1e9);
    return classifier;
  }

  /** Takes the files off the executors, and the model out of this JVM if no task uses it. */
  @Override
  public void close() {
    contents.values().forEach(BroadcastFile::destroy);
    if (local != null) {
      LocalModels.remove(local);
    }
    ClassifierCache.releaseUnused();
  }
}
