package io.github.ptcspark.job.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ptc completion}: the script by which a shell completes the words of {@code ptc}. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the script by which a shell completes commands, options and their values.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  In this bash, and in every one to come:",
      "    source <(job/bin/ptc completion bash)",
      "    job/bin/ptc completion bash >> ~/.bash_completion",
      "",
      "  In this zsh, and in every one to come:",
      "    source <(job/bin/ptc completion zsh)",
      "    job/bin/ptc completion zsh > ~/.ptc-completion && echo 'source ~/.ptc-completion' >>"
          + " ~/.zshrc",
      "",
      "They complete ptc wherever it lies, job/bin/ptc included."
    })
final class CompletionCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  /**
   * Checked, and not asked for any more: in zsh the one script begins with an emulation of bash.
   */
  @SuppressWarnings("unused")
  @Parameters(paramLabel = "SHELL", converter = Texts.OfShell.class, description = "bash or zsh.")
  private Shell shell;

  @Override
  public Integer call() {
    CommandLine ptc = spec.root().commandLine().addSubcommand(new Demo());
    spec.commandLine().getOut().print(AutoComplete.bash("ptc", ptc));
    spec.commandLine().getOut().flush();
    return 0;
  }

  /** Shells that the script is for. */
  enum Shell {
    BASH,
    ZSH;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The command that {@code job/bin/ptc} adds. */
  @Command(name = "demo")
  private static final class Demo {}
}
