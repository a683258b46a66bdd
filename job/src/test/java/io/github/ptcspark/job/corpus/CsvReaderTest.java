package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.Test;

/** RFC 4180, and what files do instead. */
public class CsvReaderTest {

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

  private static CsvReader.CsvRow row(String raw, String... fields) {
    return new CsvReader.CsvRow(Arrays.asList(fields), raw, Optional.empty());
  }

  private static List<CsvReader.CsvRow> read(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    List<CsvReader.CsvRow> rows = new ArrayList<>();
    try (CsvReader reader = new CsvReader("t.csv", new ByteArrayInputStream(bytes), ',')) {
      for (Optional<CsvReader.CsvRow> row = reader.next(); row.isPresent(); row = reader.next()) {
        rows.add(row.get());
      }
    }
    return rows;
  }
}
