package io.github.ptcspark.job.cli;

import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.pruning.methods.PolicyText;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that change how a model runs, as far as that needs no training. */
final class SettingsArguments {

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      converter = Texts.OfPolicy.class,
      completionCandidates = Texts.PolicyMethods.class,
      description =
          "How tokens are pruned: none, or methods with the options that differ from the model's"
              + " own, such as \"ptc(keep-ratio=0.8)\" (default: the model's own); 'ptc policies'"
              + " explains them.")
  private PolicyText policy;

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

  SettingsChanges changes() {
    return new SettingsChanges(
        Optional.ofNullable(policy),
        Optional.ofNullable(precision),
        Optional.ofNullable(longDocuments));
  }
}
