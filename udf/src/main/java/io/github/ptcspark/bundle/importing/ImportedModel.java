package io.github.ptcspark.bundle.importing;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.ConfigJson;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.Provenance;
import io.github.ptcspark.bundle.TensorLayout;
import io.github.ptcspark.bundle.Weights;
import io.github.ptcspark.pruning.PruningPolicy;

/** Makes a bundle of what an importer found, with the settings that every import starts with. */
final class ImportedModel {

  /** Plain BERT as its authors ran it. */
  private static final ModelSettings SETTINGS =
      new ModelSettings(PruningPolicy.NONE, Precision.FP32, LongDocuments.TRUNCATE);

  private ImportedModel() {}

  /** A bundle with the tensors that it uses and no others. */
  static Bundle bundle(
      ConfigJson config,
      Pooling pooling,
      String tokenizer,
      Weights weights,
      Provenance provenance) {
    Weights used =
        new TensorLayout(config.config(), config.labels().size(), pooling, SETTINGS.policy())
            .select(weights);
    return new Bundle(
        config.config(), config.labels(), pooling, tokenizer, used, SETTINGS, provenance);
  }
}
