package io.github.ptcspark.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.Method;
import io.github.ptcspark.pruning.PolicyOption;
import io.github.ptcspark.pruning.methods.Methods;
import io.github.ptcspark.pruning.methods.PolicyText;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.Rule;
import org.junit.Test;

/** What {@code ptc policies} says. */
public class PoliciesCommandTest {

  private static final EncoderShape TWELVE = new EncoderShape(12, 384, 12, 1536);

  @Rule public StandardStreams streams = new StandardStreams();

  @Test
  public void everyMethodIsThereWithEveryOption() {
    assertThat(PtcCommand.execute("policies")).isZero();
    String all = streams.out();
    for (Method method : Methods.ALL) {
      streams.reset();
      assertThat(PtcCommand.execute("policies", method.name())).isZero();
      String one = streams.out();
      assertThat(all).contains(one);
      assertThat(one)
          .startsWith("%s: %s%n(%s)".formatted(method, method.summary(), method.source()));
      for (PolicyOption<?> option : method.options()) {
        assertThat(one.lines().filter(line -> line.startsWith("  %s ".formatted(option.key()))))
            .singleElement()
            .asString()
            .contains(option.help().substring(0, 20));
        assertThat(one).contains("%s (default: %s)".formatted(option.range(), option.standard()));
      }
    }
    assertThat(all.lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  public void whatNeedsTrainingIsMarked() {
    assertThat(PtcCommand.execute("policies", "ratio")).isZero();
    assertThat(streams.out()).doesNotContain("Needs training.");
    for (String method : List.of("ptc", "combining", "saliency", "linear")) {
      streams.reset();
      assertThat(PtcCommand.execute("policies", method)).isZero();
      assertThat(streams.out()).as(method).contains("Needs training.");
    }
  }

  @Test
  public void theExamplesAreValid() {
    assertThat(PtcCommand.execute("policies")).isZero();
    List<String> examples =
        streams
            .out()
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("--policy "))
            .map(line -> line.substring("--policy ".length()).replace("\"", ""))
            .toList();
    assertThat(examples).hasSize(4);
    examples.forEach(example -> PolicyText.parse(example).toTrain(TWELVE));
  }

  @Test
  public void anUnknownMethodIsRefusedInOneLine() {
    assertThat(PtcCommand.execute("policies", "ltp")).isEqualTo(2);
    assertThat(streams.error())
        .isEqualTo(
            "ptc: Unknown method: ltp (the methods are %s)%n"
                .formatted(
                    Methods.ALL.stream().map(Method::name).collect(Collectors.joining(", "))));
  }
}
