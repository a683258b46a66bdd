package io.github.ptcspark.testing;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PtcPolicy;
import java.util.List;

/** A small classifier with random weights that prunes and combines. */
public final class TestModel {

  /** Its labels. */
  public static final List<String> LABELS = List.of("x", "y", "z");

  private TestModel() {}

  /** The model of a seed. */
  public static Bundle bundle(long seed) {
    PtcPolicy policy = new PtcPolicy(0.8, PtcPolicy.Fuzzy.OFF, PtcPolicy.Scope.TOKENS, 2, 2, 4, 8);
    return RandomBundles.bundle(
        seed,
        new EncoderShape(3, 48, 4, 96),
        4096,
        LABELS,
        Pooling.MEAN,
        new ModelSettings(policy, Precision.INT8, LongDocuments.WINDOWS));
  }
}
