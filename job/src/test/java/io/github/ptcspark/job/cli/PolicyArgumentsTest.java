package io.github.ptcspark.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.NoPruning;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.PtcPolicy;
import io.github.ptcspark.pruning.PtcPolicy.Fuzzy;
import io.github.ptcspark.pruning.PtcPolicy.Scope;
import org.junit.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

public class PolicyArgumentsTest {

  private static final EncoderShape SIX = new EncoderShape(6, 384, 12, 1536);
  private static final EncoderShape TWELVE = new EncoderShape(12, 384, 12, 1536);

  @Command(name = "test")
  private static final class TestCommand {
    @Mixin private PolicyArguments policy;
  }

  @Test
  public void theDefaultPrunesTokensAndCombinesAfterTheMiddle() {
    assertThat(policy(SIX)).isEqualTo(new PtcPolicy(0.9, Fuzzy.FUZZY, Scope.TOKENS, 2, 1, 4, 8, 8));
    assertThat(policy(TWELVE))
        .isEqualTo(new PtcPolicy(0.9, Fuzzy.FUZZY, Scope.TOKENS, 2, 1, 7, 8, 8));
  }

  @Test
  public void everyOptionHasItsPlace() {
    assertThat(
            policy(
                SIX,
                "--keep-ratio=0.7",
                "--fuzzy=fuzzy-quota",
                "--scope=keys-values",
                "--first-pruned-layer=3",
                "--every=2",
                "--combining-layer=5",
                "--combination-tokens=4"))
        .isEqualTo(new PtcPolicy(0.7, Fuzzy.FUZZY_QUOTA, Scope.KEYS_VALUES, 3, 2, 5, 4, 8));
    assertThat(policy(SIX, "--combining-layer=none"))
        .isEqualTo(new PtcPolicy(0.9, Fuzzy.FUZZY, Scope.TOKENS, 2, 1, 0, 0, 8));
    assertThat(policy(SIX, "--policy=none")).isEqualTo(new NoPruning());
  }

  @Test
  public void whatDoesNotGoTogetherIsRefused() {
    assertThatThrownBy(() -> policy(SIX, "--policy=none", "--keep-ratio=0.7"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid policy: none takes no other pruning options, ptc does");
    assertThatThrownBy(() -> policy(SIX, "--policy=none", "--every=2"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid policy: none takes no other pruning options, ptc does");
    assertThatThrownBy(() -> policy(SIX, "--combining-layer=none", "--combination-tokens=4"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid policy: 4 combination tokens without a combining layer");
    assertThatThrownBy(() -> policy(SIX, "--combining-layer=7"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid combining layer: 7 (the model has 6 layers)");
    for (String wrong : new String[] {"--combining-layer=0", "--combining-layer=x"}) {
      assertThatThrownBy(() -> policy(SIX, wrong))
          .isInstanceOf(ParameterException.class)
          .hasMessageContaining("is neither a layer nor none");
    }
    assertThatThrownBy(() -> policy(SIX, "--policy=ltp"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("'ltp' is none of none, ptc");
  }

  private static PruningPolicy policy(EncoderShape encoder, String... arguments) {
    TestCommand command = new TestCommand();
    new CommandLine(command).parseArgs(arguments);
    return command.policy.policy(encoder);
  }
}
