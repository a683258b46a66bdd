package io.github.ptcspark.bench;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.Heads;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.importing.ModelImporter;
import io.github.ptcspark.job.train.InitialWeights;
import io.github.ptcspark.pruning.LayerRange;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.Combining;
import io.github.ptcspark.pruning.methods.Ptc;
import io.github.ptcspark.pruning.methods.Ratio;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import java.nio.file.Path;
import java.util.List;

/** The forms of one encoder that are compared. */
final class Models {

  private static final double KEEP_RATIO = 0.9;
  private static final int MINIMUM_TOKENS = 8;
  private static final int COMBINATION_TOKENS = 8;
  private static final long SEED = 1;

  private final Bundle encoder;

  /** The encoder bge-small from the directory of models. */
  Models(Path directory) {
    this.encoder = ModelImporter.importFrom("bge-small", directory);
  }

  /** The encoder as it was published. */
  Bundle encoder() {
    return encoder;
  }

  /** PTC with the ratio 0.9, combining 8 tokens just behind the middle of the encoder. */
  PruningPolicy combining(Fuzzy fuzzy, Scope scope) {
    int layer = encoder.config().shape().layers() / 2 + 1;
    return PruningPolicy.of(new Ptc(ratio(fuzzy, scope), new Combining(layer, COMBINATION_TOKENS)));
  }

  /** The same pruning without combining. */
  PruningPolicy pruning(Scope scope) {
    return PruningPolicy.of(ratio(Fuzzy.OFF, scope));
  }

  /**
   * The policy of a name on a command line.
   *
   * @param name none, tokens, keys-values or combining
   */
  PruningPolicy policy(String name) {
    return switch (name) {
      case "none" -> PruningPolicy.NONE;
      case "tokens" -> pruning(Scope.TOKENS);
      case "keys-values" -> pruning(Scope.KEYS_VALUES);
      case "combining" -> combining(Fuzzy.FUZZY, Scope.TOKENS);
      default -> throw new IllegalArgumentException("Unknown policy: " + name);
    };
  }

  /** The encoder with a policy; its logits are the mean of the output tokens that are left. */
  Bundle pooling(PruningPolicy policy, Precision precision) {
    Bundle pooling = Heads.identity(encoder);
    return InitialWeights.of(pooling, pooling.labels(), settings(policy, precision), SEED);
  }

  /** A classifier as training starts with it: speed does not depend on what it has learnt. */
  Bundle classifier(PruningPolicy policy, Precision precision) {
    return InitialWeights.of(
        encoder, List.of("negative", "positive"), settings(policy, precision), SEED);
  }

  private static Ratio ratio(Fuzzy fuzzy, Scope scope) {
    return new Ratio(KEEP_RATIO, fuzzy, scope, LayerRange.from(2), 1, MINIMUM_TOKENS);
  }

  private static ModelSettings settings(PruningPolicy policy, Precision precision) {
    return new ModelSettings(policy, precision, LongDocuments.TRUNCATE);
  }
}
