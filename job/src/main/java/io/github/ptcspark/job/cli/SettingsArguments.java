package io.github.ptcspark.job.cli;

import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.pruning.methods.PolicyText;
import java.util.Optional;
import picocli.CommandLine.Mixin;
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

  @Mixin private PrecisionArguments precision;

  SettingsChanges changes() {
    return precision.with(Optional.ofNullable(policy));
  }
}
