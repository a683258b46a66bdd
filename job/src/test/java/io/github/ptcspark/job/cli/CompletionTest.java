package io.github.ptcspark.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.pruning.methods.Methods;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.Assume;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What a shell offers that has read the script of {@code ptc completion}. */
public class CompletionTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path script;

  @Before
  public void printScript() throws IOException {
    script = folder.getRoot().toPath().resolve("ptc-completion");
    PrintStream standardOut = System.out;
    try (PrintStream file = new PrintStream(script.toFile(), StandardCharsets.UTF_8)) {
      System.setOut(file);
      assertThat(PtcCommand.execute("completion", "bash")).isZero();
    } finally {
      System.setOut(standardOut);
    }
  }

  @Test
  public void commandsAreCompleted() throws Exception {
    assertThat(offered("ptc", ""))
        .contains(
            "import",
            "train",
            "evaluate",
            "classify",
            "report",
            "compact",
            "bench",
            "policies",
            "demo");
    assertThat(offered("job/bin/ptc", "cla")).containsExactly("classify");
  }

  @Test
  public void optionsAreCompleted() throws Exception {
    assertThat(offered("ptc", "classify", "--keep-")).containsExactly("--keep-columns");
    assertThat(offered("ptc", "report", "--ag")).containsExactly("--against");
  }

  @Test
  public void valuesAreCompletedAsTheyAreWritten() throws Exception {
    for (String command : List.of("train", "classify")) {
      assertThat(offered("ptc", command, "--policy", ""))
          .containsExactlyInAnyOrderElementsOf(Methods.names());
    }
    assertThat(offered("ptc", "policies", "")).contains("ptc", "ratio", "combining");
    assertThat(offered("ptc", "classify", "--precision", ""))
        .containsExactlyInAnyOrder(
            "auto", "fp32", "int8", "bf16", "int8-by-token", "int8-by-document");
    assertThat(offered("ptc", "classify", "--device", "g")).containsExactly("gpu");
    assertThat(offered("ptc", "completion", "")).contains("bash", "zsh");
  }

  @Test
  public void bashKnowsTheScriptByItsNameInAnyDirectory() throws Exception {
    assertThat(
            run("bash", "--norc", "-c", "source \"$1\"; complete -p ptc", "-", script.toString()))
        .singleElement()
        .asString()
        .contains("-F _complete_ptc")
        .contains("-o default");
  }

  @Test
  public void zshTakesItToo() throws Exception {
    Assume.assumeTrue("zsh is not installed", isInstalled("zsh"));
    assertThat(run("zsh", "-f", "-c", "source \"$1\"; echo ${_comps[ptc]}", "-", script.toString()))
        .singleElement()
        .asString()
        .contains("_bash_complete")
        .contains("_complete_ptc");
  }

  @Test
  public void otherShellsAreRefused() {
    assertThat(PtcCommand.execute("completion", "fish")).isEqualTo(2);
    assertThat(PtcCommand.execute("completion")).isEqualTo(2);
  }

  /** What bash offers for the last of the words of a line. */
  private List<String> offered(String... words) throws Exception {
    String program =
        """
        source "$1"; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
        _complete_ptc "$1" "${@: -1}" "${@: -2:1}" 2> /dev/null
        printf '%s\\n' "${COMPREPLY[@]}"
        """;
    List<String> command =
        new ArrayList<>(List.of("bash", "--norc", "-c", program, "-", script.toString()));
    command.addAll(List.of(words));
    return run(command.toArray(String[]::new)).stream().map(String::strip).toList();
  }

  private static boolean isInstalled(String program) {
    for (String directory : System.getenv("PATH").split(":", -1)) {
      if (Files.isExecutable(Path.of(directory, program))) {
        return true;
      }
    }
    return false;
  }

  private static List<String> run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.lines().filter(line -> !line.isEmpty()).toList();
  }
}
