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
            new Line(0, "a", true),
            new Line(6, "", true),
            new Line(7, "b\rc", true),
            new Line(11, "d", false));
  }

  private static List<Line> read(Path file, List<Long> starts) throws IOException {
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < starts.size(); i++) {
      long end = i + 1 < starts.size() ? starts.get(i + 1) : Long.MAX_VALUE;
      FileRange range = new FileRange("file:" + file, starts.get(i), end);
      try (LineReader reader = new LineReader(range, new Configuration(false))) {
        for (Optional<Line> line = reader.next(); line.isPresent(); line = reader.next()) {
          lines.add(line.get());
        }
      }
    }
    return lines;
  }
}
