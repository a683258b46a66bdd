package io.github.ptcspark.job.cli;

import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.pruning.PtcPolicy;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that change how a model runs, as far as that needs no training. */
final class SettingsArguments {

  @Option(
      names = "--policy",
      paramLabel = "METHOD",
      completionCandidates = PolicyArguments.Methods.class,
      description = "none or ptc (default: the model's own).")
  private String method;

  @Option(
      names = "--keep-ratio",
      paramLabel = "P",
      description = "Share of its tokens that a layer keeps, above 0, at most 1.")
  private Double keepRatio;

  @Option(
      names = "--fuzzy",
      paramLabel = "MODE",
      converter = Texts.OfFuzzy.class,
      description = "off, fuzzy or fuzzy-quota: which tokens the ratio may remove.")
  private PtcPolicy.Fuzzy fuzzy;

  @Option(
      names = "--scope",
      paramLabel = "SCOPE",
      converter = Texts.OfScope.class,
      description = "keys-values or tokens: what a pruned token loses.")
  private PtcPolicy.Scope scope;

  @Option(
      names = "--first-pruned-layer",
      paramLabel = "LAYER",
      description = "The first layer that works on fewer tokens, 2 or later.")
  private Integer firstPrunedLayer;

  @Option(
      names = "--every",
      paramLabel = "N",
      description =
          "Of the layers from the first pruned one on, only every Nth prunes, to the ratio raised"
              + " to the power of N.")
  private Integer every;

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
        Optional.ofNullable(method),
        Optional.ofNullable(keepRatio),
        Optional.ofNullable(fuzzy),
        Optional.ofNullable(scope),
        Optional.ofNullable(firstPrunedLayer),
        Optional.ofNullable(every),
        Optional.ofNullable(precision),
        Optional.ofNullable(longDocuments));
  }
}
