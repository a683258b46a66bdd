package io.github.ptcspark.spark;

import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.SettingsChanges;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * The models that this driver has broadcast for functions and transformers. Each is broadcast once,
 * whatever the number of sessions and transformers, and goes from the executors when nothing on the
 * driver refers to it any more; none is closed by who uses it.
 */
public final class BroadcastModels {

  private static final Map<Key, WeakReference<SharedModel>> MODELS = new HashMap<>();

  private BroadcastModels() {}

  /**
   * Reads a bundle, checks that it can be run as it is asked, and broadcasts it unless it is.
   *
   * @param directory see {@link BundleLocation}
   * @param changes what differs from the bundle's own settings
   * @throws BundleException if it cannot be read or cannot be run in this way, or an executor lacks
   *     the precision
   */
  public static SharedModel read(SparkSession session, String directory, SettingsChanges changes) {
    BundleFiles files =
        new BundleLocation(directory, session.sessionState().newHadoopConf()).read();
    ModelSettings settings = changes.applyTo(files.parseClassifier());
    Key key = new Key(session.sparkContext().applicationId(), files.digest(), settings);
    synchronized (MODELS) {
      MODELS.values().removeIf(reference -> reference.get() == null);
      WeakReference<SharedModel> known = MODELS.get(key);
      SharedModel model = known == null ? null : known.get();
      if (model == null) {
        model =
            SharedModel.broadcast(
                session.sparkContext(),
                files.detached(),
                ProcessorSurvey.settle(session.sparkContext(), settings));
        MODELS.put(key, new WeakReference<>(model));
      }
      return model;
    }
  }

  /**
   * A broadcast ends with its application, so a model of another application is another. The
   * settings are those that were asked for: an application computes them in one precision.
   */
  private record Key(String application, String digest, ModelSettings settings) {}
}
