package io.github.ptcspark.job.cli;

import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.pruning.methods.PolicyText;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that change how a model runs whatever its policy is. */
final class PrecisionArguments {

  @Option(
      names = "--precision",
      paramLabel = "PRECISION",
      converter = Texts.OfPrecision.class,
      completionCandidates = Texts.PrecisionsOfProcessors.class,
      description =
          "auto, fp32, int8 or bf16 (default: the model's own, and auto if it has none). auto is the"
              + " fastest that all processors have: bf16 with AMX, elsewhere int8. bf16 needs AMX or"
              + " AVX-512 BF16. int8 is int8-by-token (a scale a token) where all processors have"
              + " VNNI, else int8-by-document; either can be asked for. An output keeps what it"
              + " has.")
  private Precision precision;

  @Option(
      names = "--long-documents",
      paramLabel = "RULE",
      converter = Texts.OfLongDocuments.class,
      description =
          "truncate, head-tail or windows (overlapping, mean of the logits): what is read of a"
              + " document longer than the model reads at once (default: the model's own).")
  private LongDocuments longDocuments;

  /** These changes alone. */
  SettingsChanges changes() {
    return with(Optional.empty());
  }

  /** These changes and a policy. */
  SettingsChanges with(Optional<PolicyText> policy) {
    return new SettingsChanges(
        policy, Optional.ofNullable(precision), Optional.ofNullable(longDocuments));
  }
}
