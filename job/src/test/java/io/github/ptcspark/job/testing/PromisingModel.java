package io.github.ptcspark.job.testing;

import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.Claim;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.Promise;
import io.github.ptcspark.bundle.Provenance;
import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.testing.RandomBundles;
import java.util.List;
import java.util.Optional;

/** A small model that prunes almost everything, and says that it was calibrated. */
public final class PromisingModel {

  private static final PolicyText POLICY =
      PolicyText.parse("ratio(keep-ratio=0.1, fuzzy=off, minimum-tokens=2)");

  private PromisingModel() {}

  /** The model of a seed. */
  public static BundleFiles files(long seed, double agreement) {
    BundleFiles files =
        BundleFiles.of(
            RandomBundles.bundle(
                seed,
                new EncoderShape(4, 32, 4, 64),
                List.of("a", "b", "c", "d"),
                Pooling.MEAN,
                RandomBundles.PLAIN));
    ModelSettings settings =
        new SettingsChanges(
                Optional.of(POLICY), Optional.of(Precision.INT8_BY_DOCUMENT), Optional.empty())
            .applyTo(files.parse());
    Provenance provenance = files.parse().provenance();
    Promise promise =
        new Promise(
            new Claim.Agreement(agreement),
            0.9,
            1200,
            10,
            "abc",
            "2026-01-31",
            "1.2",
            files.with(settings, provenance).digest(),
            false);
    return files.with(settings, provenance.with(Optional.of(promise)));
  }
}
