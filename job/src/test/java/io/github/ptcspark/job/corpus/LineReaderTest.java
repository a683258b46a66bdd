package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Lines and their offsets, wherever the file is cut. */
public class LineReaderTest {

  @Rule public TemporaryFolder folder = new TemporaryFolder();

  @Test
  public void everyCutGivesTheSameLines() throws IOException {
    String text = "\uFEFFone\r\n\n\r\nzwölf and 🚀\n\n\nlonger than a range, much longer\nlast";
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    for (String content : List.of(text, text + "\n", text + "\r\n", "\n" + text, "\n", "", "\r")) {
      Path file = Files.writeString(folder.getRoot().toPath().resolve("t"), content);
      List<Line> whole = read(file, List.of(0L));
      for (int size = 1; size <= bytes; size++) {
        List<Long> starts = new ArrayList<>();
        for (long start = 0; start < Math.max(1, Files.size(file)); start += size) {
          starts.add(start);
        }
        assertThat(read(file, starts)).as("ranges of %s bytes", size).isEqualTo(whole);
      }
    }
  }

  @Test
  public void lineEndsAndByteOrderMarkAreDropped() throws IOException {
    Path file = Files.writeString(folder.getRoot().toPath().resolve("t"), "\uFEFFa\r\n\nb\rc\nd\r");
    assertThat(read(file, List.of(0L)))
        .containsExactly(
            new Line(0, 5, "a", Optional.empty(), true),
            new Line(6, 0, "", Optional.empty(), true),
            new Line(7, 3, "b\rc", Optional.empty(), true),
            new Line(11, 2, "d", Optional.empty(), false));
  }

  @Test
  public void ofALineThatIsTooLongTheBeginningIsHeld() throws IOException {
    String longLine = "x".repeat(300_000);
    Path file =
        Files.writeString(folder.getRoot().toPath().resolve("t"), "a\n" + longLine + "\nb\nfour");
    List<Line> lines = read(file, List.of(0L), new DocumentLimit(3));
    assertThat(lines).extracting(Line::offset).containsExactly(0L, 2L, 300_003L, 300_005L);
    assertThat(lines).extracting(Line::bytes).containsExactly(1L, 300_000L, 1L, 4L);
    assertThat(lines).extracting(Line::ended).containsExactly(true, true, true, false);
    assertThat(lines.get(1).text()).hasSizeLessThanOrEqualTo(1 << 16).matches("x+");
    assertThat(read(file, List.of(0L, 1000L, 200_000L, 300_004L), new DocumentLimit(3)))
        .isEqualTo(lines);
  }

  private static List<Line> read(Path file, List<Long> starts) throws IOException {
    return read(file, starts, new DocumentLimit(1000));
  }

  private static List<Line> read(Path file, List<Long> starts, DocumentLimit limit)
      throws IOException {
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < starts.size(); i++) {
      long end = i + 1 < starts.size() ? starts.get(i + 1) : Long.MAX_VALUE;
      FileRange range = new FileRange("file:" + file, starts.get(i), end);
      try (LineSource reader =
          LineReader.of(TextEncoding.of(Optional.empty()))
              .open(range, new Configuration(false), limit)) {
        for (Optional<Line> line = reader.next(); line.isPresent(); line = reader.next()) {
          lines.add(line.get());
        }
      }
    }
    return lines;
  }
}
