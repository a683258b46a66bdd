package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.spark.DocumentSchema;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.Test;

/** Encodings, CSV and JSON as other programs write them. */
public class TextSyntaxTest extends CorpusTestBase {

  @Test
  public void aByteOrderMarkSaysTheEncoding() {
    String text = "Über Café, 東京 \uD83D\uDE80";
    for (String name : List.of("UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")) {
      Charset charset = Charset.forName(name);
      assertThat(read(options(write("a.txt", ("\uFEFF" + text).getBytes(charset)))))
          .as(name)
          .containsExactly(good("a.txt", text));
      byte[] json = ("\uFEFF{\"id\":\"a\",\"text\":\"" + text + "\"}\n").getBytes(charset);
      assertThat(read(withId(write("a.jsonl", json), "id")))
          .as(name)
          .containsExactly(good("a", text));
      byte[] csv = ("\uFEFFid,text\r\na,\"" + text + "\"\r\n").getBytes(charset);
      assertThat(read(withId(write("a.csv", csv), "id"))).containsExactly(good("a", text));
      assertThat(read(written(write("b.txt", ("\uFEFF" + text).getBytes(charset)), "Shift_JIS")))
          .as(name)
          .containsExactly(good("b.txt", text));
    }
  }

  @Test
  public void bytesOfAnotherEncodingAreMalformed() {
    byte[] latin = "a caf\u00e9 au lait".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(read(options(write("a.txt", latin))))
        .containsExactly(
            malformed(
                "a.txt",
                "it is not UTF-8 (byte 0xe9); --encoding names the encoding:"
                    + " a caf\uFFFD au lait"));
    assertThat(read(written(write("b.txt", latin), "latin1")))
        .containsExactly(good("b.txt", "a café au lait"));
    assertThat(read(written(write("c.txt", new byte[] {'a', (byte) 0x81}), "windows-1252")))
        .containsExactly(malformed("c.txt", "it is not windows-1252 (byte 0x81): a\uFFFD"));
    byte[] odd = {(byte) 0xff, (byte) 0xfe, 'a', 0, 'b'};
    assertThat(read(options(write("d.txt", odd))))
        .containsExactly(malformed("d.txt", "it is not UTF-16LE (byte 0x62): a\uFFFD"));
    byte[] csv = "text\none\ncaf\u00e9\ntwo\n".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(read(options(write("e.csv", csv))))
        .containsExactly(
            good("e.csv:0", "one"),
            malformed(
                "e.csv:1", "it is not UTF-8 (byte 0xe9); --encoding names the encoding: caf\uFFFD"),
            good("e.csv:2", "two"));
    assertThat(read(options(write("f.txt", "a real \uFFFD"))))
        .containsExactly(good("f.txt", "a real \uFFFD"));
  }

  @Test
  public void utf16WithoutAMarkIsSeen() {
    for (String text : List.of("The ship left the harbour.", "Корабль вышел ночью", "हिन्दी पाठ")) {
      for (String name : List.of("UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")) {
        byte[] bytes = text.getBytes(Charset.forName(name));
        assertThat(read(options(write("a.txt", bytes))))
            .as("%s in %s", text, name)
            .singleElement()
            .satisfies(
                document -> assertThat(document.error()).contains("--encoding names the encoding"));
        assertThat(read(written(path("a.txt").toString(), name)))
            .as("%s in %s", text, name)
            .containsExactly(good("a.txt", text));
      }
    }
    assertThat(read(written(write("b.txt", "text".getBytes(StandardCharsets.UTF_16BE)), "UTF-16")))
        .singleElement()
        .satisfies(
            document ->
                assertThat(document.error())
                    .contains("no byte order mark; --encoding UTF-16LE or UTF-16BE says"));
    byte[] csv = "id,text\na,one\n".getBytes(StandardCharsets.UTF_16LE);
    assertThatThrownBy(() -> read(options(write("c.csv", csv))))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot read %s: the header: it looks like UTF-16 without a byte order mark; --encoding"
                + " names the encoding",
            path("c.csv"));
    assertThat(read(options(write("d.txt", "\t\t\t \n\n"))))
        .containsExactly(good("d.txt", "\t\t\t \n\n"));
  }

  @Test
  public void encodingsThatNobodyKnowsAndOptionsThatSayNothing() {
    refused(written(write("a.txt", "a"), "utf9"), "Cannot read text in the encoding \"utf9\": ");
    refused(written(write("a.txt", "a"), "ISO-2022-CN"), "Cannot read text in the encoding ");
    String parquet = path("p").toString();
    spark().sql("select 'one' text").write().parquet(parquet);
    refused(
        written(parquet, "UTF-8"),
        "Cannot read parquet with --encoding: it is for text, lines, jsonl and csv");
    refused(
        delimited(write("a.jsonl", "{\"text\":\"a\"}"), ';'),
        "Cannot read jsonl with --delimiter, --quote or --escape: they are for csv");
    for (char conflict : new char[] {'"', '\n'}) {
      assertThatThrownBy(() -> delimited("a.csv", conflict))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Invalid use of --delimiter, --quote and --escape: ");
    }
  }

  @Test
  public void aHeaderWithAnotherDelimiterIsNamed() {
    for (String delimiter : List.of(";", "\t", "|")) {
      String file = write("a.csv", "id;\"text\"\n1;\"one; two\"\n".replace(";", delimiter));
      assertThatThrownBy(() -> read(withId(file, "id")))
          .isInstanceOf(JobException.class)
          .hasMessageStartingWith("Cannot read %s: there is no column \"text\", \"id\"", file)
          .hasMessageEndingWith(
              "; --delimiter %s finds them",
              delimiter.equals("\t") ? "tab" : "'" + delimiter + "'");
      assertThat(read(delimited(file, delimiter.charAt(0))))
          .containsExactly(good("a.csv:0", "one" + delimiter + " two"));
    }
    refused(
        options(write("b.csv", "a;b\n1;2\n")),
        "Cannot read " + path("b.csv") + ": there is no column \"text\"; the columns are \"a;b\"");
  }

  @Test
  public void backslashesEscape() {
    String file =
        write("a.csv", "id,text\nr1,\"He said \\\"hello\\\", then left.\"\nr2,a\\, b\\\\\"\"\n");
    TextOptions escape =
        new TextOptions(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of('\\'));
    assertThat(read(with(file, escape)))
        .containsExactly(
            good("a.csv:0", "He said \"hello\", then left."), good("a.csv:1", "a, b\\\"\""));
  }

  @Test
  public void numbersOfPython() {
    String file =
        write(
            "a.jsonl",
            """
            {"id": 12345678.0, "text": "a", "x": 4.5}
            {"id": 1e5, "text": "b", "x": NaN}
            {"id": 123456789012345678901234567890, "text": "c", "x": -Infinity}
            {"id": NaN, "text": "d", "x": Infinity}
            {"id": -0.10, "text": "e", "x": 12345678.0}
            {"id": 1.50, "text": "f", "x": 1.5}
            """);
    assertThat(read(withId(file, "id")))
        .containsExactlyInAnyOrder(
            good("12345678.0", "a"),
            good("1e5", "b"),
            good("123456789012345678901234567890", "c"),
            good("NaN", "d"),
            good("-0.10", "e"),
            good("1.50", "f"));
    assertThat(rows(keeping(file, "x")))
        .extracting(row -> row.getDouble(DocumentSchema.FIRST_KEPT))
        .containsExactlyInAnyOrder(
            4.5, Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 12345678.0, 1.5);
  }

  @Test
  public void arraysOfRecords() {
    String plain = "[{\"id\": \"a\", \"text\": \"one\"}, {\"id\": \"b\", \"text\": \"two\"}]";
    String pretty = plain.replace("{", "{\n  ").replace(",", ",\n").replace("]", "\n]\n");
    String objects = pretty.replaceAll("[\\[\\]]", "").replace("},", "}\n");
    for (String content : List.of(plain, pretty, objects, plain + "\n" + pretty)) {
      assertThat(read(withId(write("a.json", content), "id")))
          .as(content)
          .hasSize(content.length() > 2 * plain.length() ? 4 : 2)
          .contains(good("a", "one"), good("b", "two"));
    }
    assertThat(
            read(
                options(
                    write("b.json", "[{\"text\":\"a\"}, 7, {\"text\":}, , {\"text\":\"b\"},]"))))
        .extracting(Document::error)
        .satisfiesExactly(
            one -> assertThat(one).isNull(),
            two -> assertThat(two).isEqualTo("malformed-record not an object but a number: 7"),
            three ->
                assertThat(three)
                    .startsWith("malformed-record not JSON (")
                    .endsWith(": {\"text\":}"),
            four ->
                assertThat(four).isEqualTo("malformed-record there is no value between two commas"),
            five -> assertThat(five).isNull(),
            six ->
                assertThat(six)
                    .isEqualTo("malformed-record there is no value behind the last comma"));
    assertThat(read(options(write("c.json", "[{\"text\":\"a\"},\n{\"text\":\"b"))))
        .extracting(Document::error)
        .satisfiesExactly(
            one -> assertThat(one).isNull(),
            two -> assertThat(two).endsWith(": {\"text\":\"b"),
            three -> assertThat(three).isEqualTo("malformed-record the array is not closed"));
    assertThat(read(options(write("d.json", "[]")))).isEmpty();
    assertThat(read(options(write("e.json", "[{\"text\":\"a\"}"))))
        .containsExactly(good("e.json:0", "a"), malformed("e.json:1", "the array is not closed"));
    byte[] cut = gzip("[{\"text\":\"a\"},\n{\"text\":\"b\"},\n{\"text\":\"cccc\"}]");
    assertThat(read(options(write("f.json.gz", Arrays.copyOf(cut, cut.length - 12)))))
        .filteredOn(document -> document.error() != null)
        .singleElement()
        .satisfies(document -> assertThat(document.error()).contains("damaged"));
  }

  private static void refused(CorpusOptions options, String message) {
    assertThatThrownBy(() -> Corpus.open(spark(), options))
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("%s", message);
  }

  private static CorpusOptions written(String file, String encoding) {
    return with(
        file,
        new TextOptions(
            Optional.of(encoding), Optional.empty(), Optional.empty(), Optional.empty()));
  }

  private static CorpusOptions delimited(String file, char delimiter) {
    return with(
        file,
        new TextOptions(
            Optional.empty(), Optional.of(delimiter), Optional.empty(), Optional.empty()));
  }

  private static CorpusOptions with(String file, TextOptions options) {
    return new CorpusOptions(
        List.of(file), Optional.empty(), Optional.empty(), Optional.empty(), List.of(), options);
  }
}
