package io.github.ptcspark.job.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.Test;

public class PrintableTest {

  @Test
  public void whatPeopleReadStays() {
    String text = "Größe\t東京 😀 سلام שלום co\u00adop \u200d\n";
    assertThat(Printable.text(text)).isSameAs(text);
  }

  @Test
  public void whatTerminalsObeyIsWrittenAsItsEscape() {
    assertThat(Printable.text("\u001b]0;title\u0007\u001b[31mred"))
        .isEqualTo("\\u001b]0;title\\u0007\\u001b[31mred");
    assertThat(Printable.text("a\rb\u009b2Jc\u007f")).isEqualTo("a\\u000db\\u009b2Jc\\u007f");
    assertThat(Printable.text("a\u202egnp.exe\u2066\u2028"))
        .isEqualTo("a\\u202egnp.exe\\u2066\\u2028");
    assertThat(Printable.text("\ud800 alone")).isEqualTo("\\ud800 alone");
  }

  @Test
  public void linesAndProgressAreTextsForPeople() {
    Lines lines = new Lines();
    lines.add("label %s", "\u001b[2J");
    assertThat(lines.toString()).isEqualTo("label \\u001b[2J\n");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    try (ProgressLine line = new ProgressLine(stream, "read \u001b[2J", "documents", 1)) {
      line.finish();
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("read \\u001b[2J");
  }
}
