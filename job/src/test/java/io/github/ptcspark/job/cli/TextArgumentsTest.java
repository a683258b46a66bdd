package io.github.ptcspark.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.job.corpus.TextOptions;
import java.util.Optional;
import org.junit.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/** Characters and encodings on the command line. */
public class TextArgumentsTest {

  @Command
  private static final class Reading {
    @Mixin private TextArguments texts;
  }

  @Test
  public void charactersAndWordsForThem() {
    assertThat(parse()).isEqualTo(TextOptions.DEFAULT);
    assertThat(
            parse("--encoding", "latin1", "--delimiter", "tab", "--quote", "'", "--escape", "\\"))
        .isEqualTo(
            new TextOptions(
                Optional.of("latin1"), Optional.of('\t'), Optional.of('\''), Optional.of('\\')));
    assertThat(parse("--delimiter", "\\t")).isEqualTo(parse("--delimiter", "\t"));
    assertThat(parse("--delimiter=;").delimiter()).contains(';');
  }

  @Test
  public void whatIsNoCharacterOrHasTwoMeanings() {
    for (String value : new String[] {"ab", "", "\uD83D\uDE00"}) {
      assertThatThrownBy(() -> parse("--delimiter", value))
          .isInstanceOf(ParameterException.class)
          .hasMessageContaining("is not one character");
    }
    assertThatThrownBy(() -> parse("--delimiter", ";", "--quote", ";"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("each must be another character");
  }

  private static TextOptions parse(String... arguments) {
    Reading reading = new Reading();
    new CommandLine(reading).parseArgs(arguments);
    return reading.texts.options();
  }
}
