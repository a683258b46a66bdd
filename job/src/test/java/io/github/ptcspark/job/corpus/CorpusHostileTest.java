package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.job.JobException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.Test;

/** Every file of {@code data-samples/hostile} gets the answer that its README names. */
public class CorpusHostileTest extends CorpusTestBase {

  private static final Path HOSTILE = Path.of("..", "data-samples", "hostile");

  /** How many records have a text, how many have none or a blank one, how many cannot be read. */
  record Answer(int texts, int blanks, int malformed) {}

  private static final Map<String, Answer> ANSWERS =
      Map.ofEntries(
          Map.entry("null-text.jsonl", new Answer(2, 1, 0)),
          Map.entry("empty-text.jsonl", new Answer(2, 1, 0)),
          Map.entry("blank-text.jsonl", new Answer(2, 1, 0)),
          Map.entry("missing-text.jsonl", new Answer(2, 1, 0)),
          Map.entry("not-json.jsonl", new Answer(2, 0, 4)),
          Map.entry("not-an-object.jsonl", new Answer(2, 0, 4)),
          Map.entry("text-not-a-string.jsonl", new Answer(2, 0, 4)),
          Map.entry("truncated-last-line.jsonl", new Answer(2, 0, 1)),
          Map.entry("invalid-utf8.jsonl", new Answer(2, 0, 1)),
          Map.entry("nul-characters.jsonl", new Answer(3, 0, 1)),
          Map.entry("nul-characters.txt", new Answer(1, 0, 0)),
          Map.entry("lone-surrogates.jsonl", new Answer(4, 0, 0)),
          Map.entry("long-document.jsonl", new Answer(3, 0, 0)),
          Map.entry("scripts-and-emoji.jsonl", new Answer(6, 0, 0)),
          Map.entry("no-white-space.jsonl", new Answer(3, 0, 0)),
          Map.entry("duplicate-ids.jsonl", new Answer(5, 0, 0)),
          Map.entry("crlf.jsonl", new Answer(2, 0, 0)),
          Map.entry("crlf.csv", new Answer(2, 0, 0)),
          Map.entry("byte-order-mark.jsonl", new Answer(2, 0, 0)),
          Map.entry("byte-order-mark.csv", new Answer(1, 0, 0)),
          Map.entry("byte-order-mark.txt", new Answer(1, 0, 0)),
          Map.entry("utf-16.txt", new Answer(1, 0, 0)),
          Map.entry("utf-16-without-mark.txt", new Answer(0, 0, 1)),
          Map.entry("array.jsonl", new Answer(2, 0, 0)),
          Map.entry("quotes-and-newlines.csv", new Answer(3, 1, 0)),
          Map.entry("wrong-number-of-fields.csv", new Answer(2, 0, 3)),
          Map.entry("broken-quotes.csv", new Answer(2, 0, 2)),
          Map.entry("header-only.csv", new Answer(0, 0, 0)),
          Map.entry("empty.jsonl", new Answer(0, 0, 0)),
          Map.entry("empty.csv", new Answer(0, 0, 0)),
          Map.entry("empty.txt", new Answer(0, 1, 0)),
          Map.entry("breaks-off.jsonl.gz", new Answer(13, 0, 1)));

  private static final Map<String, String> FATAL =
      Map.of(
          "text-always-a-number.jsonl",
          "Cannot read %s: the text column \"text\" is of type bigint, not string",
          "text-not-a-string.parquet",
          "Cannot read %s: the text column \"text\" is of type int, not string",
          "breaks-off.parquet",
          "Cannot read %s: it is not a Parquet file, or it breaks off",
          "no-header.csv",
          "Cannot read %s: there is no column \"text\"; the columns are \"17\", \"The harbour master"
              + " wrote the tide into t...\"",
          "duplicate-header.csv",
          "Cannot read %s: the column \"text\" is there twice",
          "unknown-extension.xyz",
          "Cannot tell the format of %s: its extension is none of .avro, .csv, .json, .jsonl,"
              + " .ndjson, .orc, .parquet, .tsv, .txt; name the format with --input-format");

  @Test
  public void everyFileHasAnAnswerAndALineInTheReadme() throws IOException {
    TreeSet<String> answered = new TreeSet<>(ANSWERS.keySet());
    answered.addAll(FATAL.keySet());
    String readme = Files.readString(HOSTILE.resolve("README.md"));
    try (Stream<Path> files = Files.list(HOSTILE)) {
      List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
      assertThat(names).filteredOn(name -> !name.equals("README.md")).containsAll(answered);
      assertThat(answered).containsAll(names.stream().filter(n -> !n.endsWith(".md")).toList());
    }
    assertThat(answered).allSatisfy(name -> assertThat(readme).contains("| `" + name + "` |"));
  }

  @Test
  public void recordsAreReadOrMalformed() {
    Map<String, List<Document>> documents = new TreeMap<>();
    ANSWERS.keySet().forEach(name -> documents.put(name, new ArrayList<>()));
    for (String format : List.of("text", "jsonl", "csv")) {
      String[] files =
          ANSWERS.keySet().stream()
              .filter(name -> name.contains(format.equals("text") ? ".txt" : "." + format))
              .map(name -> HOSTILE.resolve(name).toString())
              .toArray(String[]::new);
      for (Document document : read(CorpusOptions.of(files))) {
        documents.get(document.id().replaceFirst(":.*", "")).add(document);
      }
    }
    Map<String, Answer> answers = new TreeMap<>();
    documents.forEach((name, found) -> answers.put(name, answer(found)));
    assertThat(answers).isEqualTo(new TreeMap<>(ANSWERS));
  }

  @Test
  public void whatCannotBeReadAtAllIsRefused() {
    FATAL.forEach(
        (name, message) -> {
          String path = HOSTILE.resolve(name).toAbsolutePath().normalize().toString();
          assertThatThrownBy(() -> Corpus.open(spark(), options(path)))
              .isInstanceOf(JobException.class)
              .hasMessage(message, path);
        });
  }

  @Test
  public void damagedCharacters() {
    assertThat(read(withId(HOSTILE + "/invalid-utf8.jsonl", "id")))
        .filteredOn(document -> document.error() != null)
        .singleElement()
        .extracting(Document::error)
        .asString()
        .startsWith("malformed-record it is not UTF-8 (byte 0xe9); --encoding names the encoding:")
        .contains("The caf\uFFFD by the pier");
    assertThat(read(withId(HOSTILE + "/lone-surrogates.jsonl", "id")))
        .contains(
            good(
                "b",
                "High \uFFFD alone, low \uFFFD alone, turned \uFFFD\uFFFD, and a pair \uD83D\uDE00"),
            good("c", "The last character is a half: \uFFFD"));
    assertThat(read(withId(HOSTILE + "/nul-characters.jsonl", "id")))
        .contains(good("b", "A\0 letter\0 with holes in it"));
    assertThat(read(options(HOSTILE + "/byte-order-mark.txt")).get(0).text()).startsWith("The");
  }

  @Test
  public void malformedRecordsKeepTheirRawText() {
    assertThat(read(withId(HOSTILE + "/text-not-a-string.jsonl", "id")))
        .contains(
            malformed(
                "b", "the text column \"text\" holds a number: {\"id\": \"b\", \"text\": 42}"));
    assertThat(read(withId(HOSTILE + "/wrong-number-of-fields.csv", "id")))
        .contains(
            malformed(
                "wrong-number-of-fields.csv:1",
                "2 fields where the header has 3: b,one field too few"));
    assertThat(read(withId(HOSTILE + "/truncated-last-line.jsonl", "id")))
        .filteredOn(document -> document.error() != null)
        .singleElement()
        .extracting(Document::error)
        .asString()
        .endsWith("): {\"id\": \"c\", \"text\": \"The survey drone came home with a bent ");
    assertThat(read(withId(HOSTILE + "/breaks-off.jsonl.gz", "id")))
        .contains(
            malformed(
                "breaks-off.jsonl.gz:1915",
                "the compressed data is damaged (Unexpected end of input stream): {\"id\": \"r1"));
  }

  @Test
  public void idsAreNotMadeUnique() {
    assertThat(read(withId(HOSTILE + "/duplicate-ids.jsonl", "id")))
        .extracting(Document::id)
        .containsExactly("a", "a", "a", "duplicate-ids.jsonl:399", "duplicate-ids.jsonl:512");
  }

  private static Answer answer(List<Document> documents) {
    int malformed = (int) documents.stream().filter(d -> d.error() != null).count();
    int texts =
        (int) documents.stream().filter(d -> d.text() != null && !d.text().isBlank()).count();
    return new Answer(texts, documents.size() - malformed - texts, malformed);
  }
}
