package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.spark.DocumentSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Random texts, written here in any encoding and format and read in random cuts. */
public class RandomTextsTest {

  private static final List<String> CHARACTERS =
      List.of(
          "a",
          "Z",
          "0",
          " ",
          "\t",
          ",",
          ";",
          "|",
          "\"",
          "\\",
          "'",
          "{",
          "}",
          "[",
          "]",
          ":",
          "\r",
          "ä",
          "é",
          "ß",
          "€",
          "я",
          "漢",
          "\u0A0A",
          "か",
          "\u010A",
          "\u2028",
          "\u0085",
          "\u00A0",
          "\uD83D\uDE00",
          "\uFFFD");

  private static final List<String> MARKED =
      List.of("UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE");

  private static final List<String> NAMED =
      List.of(
          "UTF-8",
          "UTF-16LE",
          "UTF-16BE",
          "UTF-32LE",
          "UTF-32BE",
          "ISO-8859-1",
          "windows-1252",
          "Shift_JIS",
          "EUC-JP",
          "GB18030",
          "Big5",
          "ISO-2022-JP",
          "IBM1047");

  private static final DocumentLimit LIMIT = new DocumentLimit(1 << 20);

  @Rule public TemporaryFolder folder = new TemporaryFolder();

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  /** How a file is encoded. */
  private record Encoded(Charset charset, boolean marked) {

    byte[] bytes(String text) {
      return (marked ? "\uFEFF" + text : text).getBytes(charset);
    }

    TextEncoding reader() {
      return TextEncoding.of(marked ? Optional.empty() : Optional.of(charset.name()));
    }
  }

  @Test
  public void linesAndJsonLinesInAnyCut() throws IOException {
    for (Encoded encoded : encodings()) {
      for (boolean json : new boolean[] {false, true}) {
        StringBuilder file = new StringBuilder();
        Map<String, String> expected = new TreeMap<>();
        List<String> texts = texts(encoded, false);
        for (int i = 0; i < texts.size(); i++) {
          String line = json ? json(texts.get(i)) : texts.get(i);
          int offset = i == 0 ? 0 : encoded.bytes(file.toString()).length;
          expected.put("t:" + offset, texts.get(i));
          file.append(line).append(i % 3 == 0 ? "\r\n" : "\n");
        }
        byte[] bytes = encoded.bytes(file.toString());
        LineSource.Opener source =
            json ? new JsonFiles(encoded.reader()) : LineReader.of(encoded.reader());
        for (int cut = 0; cut < 4; cut++) {
          assertThat(read(bytes, "t", cuts(bytes, cut), files(source, json)))
              .as("seed %s, %s, JSON %s", seed, encoded, json)
              .isEqualTo(expected);
        }
        assertThat(read(gzip(bytes), "t.gz", List.of(0L), files(source, json)).values())
            .as("seed %s, %s, JSON %s, compressed", seed, encoded, json)
            .containsExactlyInAnyOrderElementsOf(texts);
      }
    }
  }

  @Test
  public void arraysAndObjectsOverLinesInAnyCut() throws IOException {
    for (Encoded encoded : encodings()) {
      List<String> texts = texts(encoded, true);
      boolean array = random.nextBoolean();
      StringBuilder file = new StringBuilder(space()).append(array ? "[" : "");
      Map<String, String> expected = new TreeMap<>();
      for (int i = 0; i < texts.size(); i++) {
        String rest = json(texts.get(i)).substring(1);
        file.append(i == 0 ? "" : array ? space() + "," + space() : space() + "\n")
            .append("{\n \"n\":[{}, {\"a\":\"]}\\\"\"}],")
            .append(space())
            .append(rest);
        expected.put("t:" + i, texts.get(i));
      }
      file.append(array ? space() + "]" : "").append(space());
      byte[] bytes = encoded.bytes(file.toString());
      for (int cut = 0; cut < 3; cut++) {
        assertThat(read(bytes, "t", cuts(bytes, cut), files(new JsonFiles(encoded.reader()), true)))
            .as("seed %s, %s, file %s", seed, encoded, file)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  public void csvOfAnySyntax() throws IOException {
    for (Encoded encoded : encodings()) {
      char delimiter = ",;|\t:".charAt(random.nextInt(5));
      char quote = "\"'".charAt(random.nextInt(2));
      boolean escaped = random.nextBoolean();
      List<String> texts = texts(encoded, true);
      StringBuilder file = new StringBuilder("n" + delimiter + "text\n");
      Map<String, String> expected = new TreeMap<>();
      for (int i = 0; i < texts.size(); i++) {
        String text = escaped ? texts.get(i).replace("\\", "\\\\") : texts.get(i);
        String inside = text.replace("" + quote, (escaped ? "\\" : "" + quote) + quote);
        file.append(quote).append(i).append(quote).append(delimiter);
        file.append(quote).append(inside).append(quote).append(i % 2 == 0 ? "\r\n" : "\n");
        expected.put("t:" + i, texts.get(i));
      }
      TextOptions options =
          new TextOptions(
              Optional.empty(),
              Optional.of(delimiter),
              Optional.of(quote),
              escaped ? Optional.of('\\') : Optional.empty());
      CsvFiles reader = new CsvFiles(columns(), new CsvSource(options, encoded.reader()), LIMIT);
      assertThat(read(encoded.bytes(file.toString()), "t", List.of(0L), reader))
          .as("seed %s, %s, %s, file %s", seed, encoded, options, file)
          .isEqualTo(expected);
    }
  }

  @Test
  public void textFiles() throws IOException {
    for (Encoded encoded : encodings()) {
      String text = String.join("\n", texts(encoded, true));
      TextFiles reader = new TextFiles(new DocumentRows(0), encoded.reader(), LIMIT);
      assertThat(read(encoded.bytes(text), "t", List.of(0L), reader))
          .as("seed %s, %s", seed, encoded)
          .containsExactly(Map.entry("t", text));
    }
  }

  private static List<Encoded> encodings() {
    List<Encoded> encodings = new ArrayList<>();
    MARKED.forEach(name -> encodings.add(new Encoded(Charset.forName(name), true)));
    NAMED.forEach(name -> encodings.add(new Encoded(Charset.forName(name), false)));
    return encodings;
  }

  /** Texts that the encoding can hold, at least one character long. */
  private List<String> texts(Encoded encoded, boolean lineFeeds) {
    Charset charset = encoded.charset();
    List<String> known =
        CHARACTERS.stream()
            .filter(one -> new String(one.getBytes(charset), charset).equals(one))
            .toList();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 2 + random.nextInt(6); i++) {
      StringBuilder text = new StringBuilder("x");
      int length = random.nextInt(random.nextInt(10) == 0 ? 6000 : 30);
      for (int j = 0; j < length; j++) {
        text.append(
            lineFeeds && random.nextInt(20) == 0 ? "\n" : known.get(random.nextInt(known.size())));
      }
      texts.add(text.append("x").toString());
    }
    return texts;
  }

  private String space() {
    return " \n\t\r\n".substring(random.nextInt(5));
  }

  private static String json(String text) {
    String escaped =
        text.replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("\t", "\\t")
            .replace("\r", "\\r")
            .replace("\n", "\\u000a");
    return "{\"text\": \"" + escaped + "\"}";
  }

  private List<Long> cuts(byte[] bytes, int number) {
    List<Long> cuts = new ArrayList<>(List.of(0L));
    for (int i = 0; i < number * 3; i++) {
      cuts.add((long) random.nextInt(bytes.length + 1));
    }
    return cuts.stream().distinct().sorted().toList();
  }

  private static LineFiles files(LineSource.Opener source, boolean json) {
    DocumentRows rows = new DocumentRows(0);
    return json
        ? new LineFiles(source, new JsonLines(columns(), rows), rows, LIMIT)
        : LineFiles.ofTexts(source, new DocumentRows(0), LIMIT);
  }

  private static Columns columns() {
    return Columns.unseen(CorpusOptions.of("t"));
  }

  private Map<String, String> read(byte[] bytes, String name, List<Long> starts, RangeReader reader)
      throws IOException {
    Path file = Files.write(folder.getRoot().toPath().resolve(name), bytes);
    Map<String, String> texts = new TreeMap<>();
    for (int i = 0; i < starts.size(); i++) {
      long end = i + 1 < starts.size() ? starts.get(i + 1) : Long.MAX_VALUE;
      FileRange range = new FileRange("file:" + file, starts.get(i), end);
      try (RangeReader.Documents documents = reader.open(range, new Configuration())) {
        for (Optional<Row> row = documents.next(); row.isPresent(); row = documents.next()) {
          Row error = row.get().getStruct(DocumentSchema.ERROR);
          String id = row.get().getString(DocumentSchema.ID);
          texts.put(
              id.substring(id.lastIndexOf('/') + 1),
              error == null ? row.get().getString(DocumentSchema.TEXT) : error.toString());
        }
      }
    }
    return texts;
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream stream = new GZIPOutputStream(out)) {
      stream.write(bytes);
    }
    return out.toByteArray();
  }
}
