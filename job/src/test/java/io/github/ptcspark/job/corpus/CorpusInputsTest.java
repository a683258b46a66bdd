package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.Test;

/** Files, directories, globs, URIs, several of them. */
public class CorpusInputsTest extends CorpusTestBase {

  @Test
  public void directoriesAreReadWithAllBelowWithoutHiddenFiles() {
    write("d/a.txt", "a");
    write("d/sub/deep/b.txt", "b");
    write("d/_SUCCESS", "");
    write("d/.c.txt.crc", "c");
    write("d/_temporary/d.txt", "d");
    write("d/.hidden/e.txt", "e");
    assertThat(read(options(path("d").toString())))
        .containsExactly(good("a.txt", "a"), good("b.txt", "b"));
  }

  @Test
  public void globsAndUrisAndSeveralInputsReadEachFileOnce() {
    String a = write("g/a1.jsonl", "{\"text\":\"a1\"}\n");
    write("g/a2.jsonl", "{\"text\":\"a2\"}\n");
    write("g/b.jsonl.gz", gzip("{\"text\":\"b\"}\n"));
    write("h/c.jsonl", "{\"text\":\"c\"}\n");
    CorpusOptions options =
        new CorpusOptions(
            List.of(
                path("g") + "/a*.jsonl",
                path("g") + "/{b,x}.*",
                "file://" + path("h"),
                "file:" + a,
                a),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of());
    assertThat(read(options))
        .containsExactly(
            good("a1.jsonl:0", "a1"),
            good("a2.jsonl:0", "a2"),
            good("b.jsonl.gz:0", "b"),
            good("c.jsonl:0", "c"));
    Corpus corpus = Corpus.open(spark(), options);
    assertThat(corpus.files()).hasSize(4).first().isEqualTo(a);
    assertThat(corpus.format()).isEqualTo("jsonl");
    assertThat(corpus.bytes()).isGreaterThan(40);
  }

  @Test
  public void namesMayHoldBlanksAndGlobCharacters() {
    String file = write("odd [1] {x}, ü%20.jsonl", "{\"text\":\"one\"}\n");
    assertThat(read(options(file))).containsExactly(good("odd [1] {x}, ü%20.jsonl:0", "one"));

    String directory = path("odd [1] {x}, ü%20").toString();
    spark().sql("select 'two' text").coalesce(1).write().parquet("file:" + directory);
    Corpus corpus = Corpus.open(spark(), options(directory));
    assertThat(documents(corpus).collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly(corpus.files().get(0) + ":0");
  }

  @Test
  public void namesOfParquetMayHoldColonsAndCommas() throws IOException {
    spark().sql("select 'one' text").coalesce(1).write().parquet(path("c").toString());
    Path written = Path.of(Corpus.open(spark(), options(path("c").toString())).files().get(0));
    Files.move(written, path("c").resolve("at,10:00:00.parquet"));
    CorpusOptions options = options(path("c").toString());
    assertThat(read(options)).containsExactly(good("at,10:00:00.parquet:0", "one"));
    assertThat(Corpus.open(spark(), options).count(List.of(Corpus.open(spark(), options).whole())))
        .contains(new DocumentCount(1, true));
  }

  @Test
  public void overlappingParquetInputsAreReadOnce() {
    String directory = path("p").toString();
    spark().range(5).selectExpr("cast(id as string) text").write().parquet(directory);
    CorpusOptions options =
        new CorpusOptions(
            List.of(directory, directory + "/*.parquet", directory),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of());
    assertThat(read(options)).hasSize(5);
  }

  @Test
  public void aFormatIsReadWhateverTheExtension() throws Exception {
    Path file = Path.of(write("notes.xyz", "{\"text\":\"one\"}\n"));
    assertThat(read(as("jsonl", file.toString()))).containsExactly(good("notes.xyz:0", "one"));
    assertThat(read(as("JSON", file.toString()))).containsExactly(good("notes.xyz:0", "one"));
    assertThat(read(as("text", file.toString())))
        .containsExactly(good("notes.xyz", Files.readString(file)));
  }

  @Test
  public void noRecordsAreNoDocuments() {
    write("e/empty.jsonl", "");
    write("e/blank.jsonl", "\n  \n\n");
    assertThat(read(keeping(path("e").toString(), "label"))).isEmpty();
    assertThat(read(options(write("empty.csv", "")))).isEmpty();
    assertThat(read(options(write("header.csv", "text\n")))).isEmpty();
    assertThat(read(as("lines", write("empty.log", "")))).isEmpty();
  }
}
