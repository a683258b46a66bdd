package io.github.ptcspark.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import io.github.ptcspark.testing.Policies;
import org.junit.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/** What the policies of command lines come to. */
public class PolicyArgumentsTest {

  private static final EncoderShape SIX = new EncoderShape(6, 384, 12, 1536);
  private static final EncoderShape TWELVE = new EncoderShape(12, 384, 12, 1536);

  @Command(name = "test")
  private static final class TestCommand {
    @Mixin private PolicyArguments policy;
  }

  @Command(name = "test")
  private static final class RunCommand {
    @Mixin private SettingsArguments settings;
  }

  @Test
  public void theDefaultPrunesTokensAndCombinesAfterTheMiddle() {
    assertThat(policy(SIX))
        .isEqualTo(Policies.ptc(0.9, Fuzzy.FUZZY, Scope.TOKENS, 2, 1, 4, 8, 8))
        .isEqualTo(policy(SIX, "--policy=ptc"));
    assertThat(policy(TWELVE))
        .isEqualTo(Policies.ptc(0.9, Fuzzy.FUZZY, Scope.TOKENS, 2, 1, 7, 8, 8));
  }

  @Test
  public void everyOptionHasItsPlace() {
    assertThat(
            policy(
                SIX,
                "--policy",
                "ptc(keep-ratio=0.7, fuzzy=fuzzy-quota, scope=keys-values, layers=3.., every=2,"
                    + " combining-layer=5, combination-tokens=4, minimum-tokens=6)"))
        .isEqualTo(Policies.ptc(0.7, Fuzzy.FUZZY_QUOTA, Scope.KEYS_VALUES, 3, 2, 5, 4, 6));
    assertThat(policy(SIX, "--policy=ratio"))
        .isEqualTo(policy(SIX, "--policy=ptc(combining-layer=none, combination-tokens=none)"))
        .isEqualTo(Policies.ptc(0.9, Fuzzy.FUZZY, Scope.TOKENS, 2, 1, 0, 0, 8));
    assertThat(policy(SIX, "--policy=none")).isEqualTo(PruningPolicy.NONE);
  }

  @Test
  public void aRunKeepsWhatIsNotNamed() {
    PruningPolicy own = Policies.ptc(0.7, Fuzzy.OFF, Scope.KEYS_VALUES, 3, 2, 5, 4, 6);
    RunCommand command = new RunCommand();
    new CommandLine(command).parseArgs("--policy=ptc(keep-ratio=0.5)");
    assertThat(command.settings.changes().policy().orElseThrow().toRun(own, SIX))
        .isEqualTo(Policies.ptc(0.5, Fuzzy.OFF, Scope.KEYS_VALUES, 3, 2, 5, 4, 6));

    RunCommand plain = new RunCommand();
    new CommandLine(plain).parseArgs();
    assertThat(plain.settings.changes().policy()).isEmpty();
  }

  @Test
  public void whatDoesNotGoTogetherIsRefused() {
    assertThatThrownBy(() -> policy(SIX, "--policy=none(keep-ratio=0.7)"))
        .isInstanceOf(ParameterException.class)
        .hasRootCauseMessage("Cannot use policy \"none(keep-ratio=0.7)\": none has no options");
    assertThatThrownBy(() -> policy(SIX, "--policy=ptc(combining-layer=7)"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot use policy \"ptc(combining-layer=7)\": invalid combining-layer: 7"
                + " (the model has 6 layers)");
  }

  private static PruningPolicy policy(EncoderShape encoder, String... arguments) {
    TestCommand command = new TestCommand();
    new CommandLine(command).parseArgs(arguments);
    return command.policy.policy(encoder);
  }
}
