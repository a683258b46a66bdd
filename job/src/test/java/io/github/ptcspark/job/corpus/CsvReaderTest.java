package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** RFC 4180, and what files do instead. */
public class CsvReaderTest {

  @Rule public TemporaryFolder folder = new TemporaryFolder();

  @Test
  public void plainAndQuotedFields() throws IOException {
    assertThat(read("a,b\r\n\r\n1,\"x, \"\"y\"\"\r\nz\"\n,\"\"\n\n\"\",5\" pipe"))
        .containsExactly(
            row("a,b", "a", "b"),
            row("1,\"x, \"\"y\"\"\r\nz\"", "1", "x, \"y\"\r\nz"),
            row(",\"\"", null, ""),
            row("\"\",5\" pipe", "", "5\" pipe"));
  }

  @Test
  public void lastFields() throws IOException {
    assertThat(read("a,")).containsExactly(row("a,", "a", null));
    assertThat(read("a,\"b\"\r")).containsExactly(row("a,\"b\"", "a", "b"));
    assertThat(read("\uFEFFa\rb\n")).containsExactly(row("a\rb", "a\rb"));
    assertThat(read("")).isEmpty();
  }

  @Test
  public void brokenQuotes() throws IOException {
    List<CsvReader.CsvRow> rows = read("\"a\" b,c\nd\n\"e,f\ng\n");
    assertThat(rows)
        .extracting(row -> row.problem().orElse(""))
        .containsExactly("there is text behind a closing quote", "", "a quote is not closed");
    assertThat(rows)
        .extracting(CsvReader.CsvRow::raw)
        .containsExactly("\"a\" b,c", "d", "\"e,f\ng\n");
  }

  @Test
  public void ofARowThatIsTooLongTheBeginningIsHeld() throws IOException {
    String words = "a \"\"quoted\"\" word,\n".repeat(100);
    List<CsvReader.CsvRow> rows =
        read("1,2\n3,\"" + words + "\",4\n5,6\n\"" + words, new DocumentLimit(400));
    assertThat(rows)
        .extracting(CsvReader.CsvRow::fields)
        .containsExactly(List.of("1", "2"), List.of(), List.of("5", "6"), List.of());
    String problem =
        "the row has %d characters, more than the 400 for which an executor has memory";
    assertThat(rows)
        .extracting(row -> row.problem().orElse(""))
        .containsExactly("", problem.formatted(1906), "", problem.formatted(1901));
    assertThat(rows.get(1).raw()).isEqualTo(("3,\"" + words).substring(0, 300) + "...");
    assertThat(read("1,2\n", new DocumentLimit(3))).isEqualTo(read("1,2\n"));
  }

  private static CsvReader.CsvRow row(String raw, String... fields) {
    return new CsvReader.CsvRow(Arrays.asList(fields), raw, Optional.empty());
  }

  private List<CsvReader.CsvRow> read(String text) throws IOException {
    return read(text, new DocumentLimit(1000));
  }

  private List<CsvReader.CsvRow> read(String text, DocumentLimit limit) throws IOException {
    Path file = Files.writeString(folder.getRoot().toPath().resolve("t"), text);
    TextEncoding encoding = TextEncoding.of(Optional.empty());
    FileRange range = new FileRange("file:" + file, 0, Long.MAX_VALUE);
    List<CsvReader.CsvRow> rows = new ArrayList<>();
    try (CsvReader reader =
        new CsvSource(TextOptions.DEFAULT, encoding).open(range, new Configuration(false), limit)) {
      for (Optional<CsvReader.CsvRow> row = reader.next(); row.isPresent(); row = reader.next()) {
        rows.add(row.get());
      }
    }
    return rows;
  }
}
