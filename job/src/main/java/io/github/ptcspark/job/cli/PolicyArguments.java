package io.github.ptcspark.job.cli;

import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.PolicyText;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The option that makes a pruning policy to train a model with. */
final class PolicyArguments {

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      defaultValue = "ptc",
      converter = Texts.OfPolicy.class,
      completionCandidates = Texts.PolicyMethods.class,
      description =
          "How tokens are pruned: none, or methods with their options, such as"
              + " \"ptc(keep-ratio=0.8)\" (default: ${DEFAULT-VALUE}, for few-shot the model's own); 'ptc"
              + " policies' explains them.")
  private PolicyText policy;

  /**
   * The policy for an encoder.
   *
   * @throws IllegalArgumentException if its values do not go together or do not fit the encoder
   */
  PruningPolicy policy(EncoderShape encoder) {
    return policy.toTrain(encoder);
  }

  /** What the user named; nothing if that is the default. */
  Optional<PolicyText> given(CommandSpec command) {
    return command.commandLine().getParseResult().hasMatchedOption("--policy")
        ? Optional.of(policy)
        : Optional.empty();
  }
}
