package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.spark.ClassifiedSchema;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.junit.Test;

/** What is refused before any work, and in which words. */
public class CorpusErrorsTest extends CorpusTestBase {

  @Test
  public void missingPathsAreToldTogether() throws Exception {
    Files.createDirectories(path("nothing"));
    CorpusOptions options =
        new CorpusOptions(
            List.of("no/such.jsonl", "no/*.csv", path("nothing").toString(), "odd:scheme://x"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of());
    assertThatThrownBy(() -> Corpus.open(spark(), options))
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith(
            "Cannot read no/such.jsonl: it does not exist\n"
                + "Cannot read no/*.csv: no file matches it\n"
                + "Cannot read "
                + path("nothing")
                + ": it holds no files; names that begin with _ or . are skipped\n"
                + "Cannot read odd:scheme://x: ");
  }

  @Test
  public void noInput() {
    refused(CorpusOptions.of(), "Cannot read documents: no input is named");
  }

  @Test
  public void missingColumns() {
    String file = write("t.jsonl", "{\"body\":\"one\",\"n\":1}\n");
    refused(
        keeping(file, "n", "year", "lang"),
        "Cannot read %s: there is no column \"text\", \"year\", \"lang\"; the columns are \"body\","
            + " \"n\"",
        file);
    refused(
        withId(write("t.csv", "text,n\none,1\n"), "key"),
        "Cannot read %s: there is no column \"key\"; the columns are \"text\", \"n\"",
        path("t.csv"));
    refused(
        keeping(write("t.txt", "one"), "label"),
        "Cannot read %s: there is no column \"label\"; the columns are \"text\"",
        path("t.txt"));
    String parquet = path("p").toString();
    spark().sql("select 'one' Text").write().parquet(parquet);
    refused(
        options(parquet),
        "Cannot read %s: there is no column \"text\"; the columns are \"Text\"",
        parquet);
  }

  @Test
  public void aTextColumnThatIsNotText() {
    refused(
        options(write("t.jsonl", "{\"text\":[\"one\"]}\n")),
        "Cannot read %s: the text column \"text\" is of type array<string>, not string",
        path("t.jsonl"));
    String parquet = path("p").toString();
    spark().sql("select struct(1 a) text").write().parquet(parquet);
    refused(
        options(parquet),
        "Cannot read %s: the text column \"text\" is of type struct<a:int>, not string",
        parquet);
  }

  @Test
  public void formatsThatCannotBeTold() {
    write("m/a.csv", "text\n");
    write("m/b.jsonl", "");
    write("m/c.tsv", "text\n");
    refused(
        options(path("m").toString()),
        "Cannot tell the format of %s: there are files with .csv, .jsonl, .tsv; name one format"
            + " with --input-format",
        path("m"));
    refused(
        options(write("a.log.gz", "")),
        "Cannot tell the format of %s: its extension is none of .avro, .csv, .json, .jsonl,"
            + " .ndjson, .orc, .parquet, .tsv, .txt; name the format with --input-format",
        path("a.log.gz"));
    refused(
        as("nonsense", write("a.txt", "")),
        "Cannot read the format \"nonsense\": it is none of text, lines, jsonl, csv, parquet, and"
            + " the Spark session does not know it");
    assertThatThrownBy(() -> Corpus.open(spark(), as("avro", path("a.txt").toString())))
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("Cannot read " + path("a.txt") + " as avro: Failed to find");
  }

  @Test
  public void otherFormatsNeedAnIdColumn() {
    String orc = path("o").toString();
    spark().sql("select 'one' text").write().orc(orc);
    refused(
        options(orc),
        "Cannot make ids for %s: records of the format \"orc\" have no position; name a column with"
            + " --id-column",
        orc);
  }

  @Test
  public void filesThatAreNoParquet() {
    String directory = path("p").toString();
    spark().sql("select 'one' text").write().parquet(directory);
    String other = write("p/notes.md", "These are notes, not Parquet\n");
    refused(
        as("parquet", directory),
        "Cannot read %s: it is not a Parquet file, or it breaks off",
        other);
    String hollow = write("hollow.parquet", "PAR1 and nothing that a footer could be PAR1");
    assertThatThrownBy(() -> Corpus.open(spark(), options(hollow)))
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("Cannot read " + hollow + ": its Parquet footer cannot be read: ")
        .hasMessageNotContaining("\n");
  }

  @Test
  public void parquetFilesThatDoNotFitTogether() {
    String root = path("p").toString();
    spark().sql("select 'one' text, 1 n").write().parquet(root + "/a");
    spark().sql("select 'two' text, 'x' n").write().parquet(root + "/b");
    assertThat(read(options(root)))
        .extracting(Document::text)
        .containsExactlyInAnyOrder("one", "two");
    Corpus ids = Corpus.open(spark(), withId(root, "n"));
    assertThat(documents(ids).collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactlyInAnyOrder("1", "x");
    String one = ids.files().get(0);
    String other = ids.files().get(1);
    refused(
        keeping(root, "n"),
        "Cannot keep column \"n\": it is of type int in %s and of type string in %s",
        one,
        other);
  }

  @Test
  public void compressionThatIsNoneOrUnknown() {
    String none = write("none.csv.gz", "text\nnot compressed at all\n");
    refused(
        options(none),
        "Cannot read %s: its name says that it is compressed (.gz), its first bytes are not"
            + " (746578740a6e6f7420636f6d)",
        none);
    String hidden = write("hidden.jsonl", gzip("{\"text\":\"one\"}\n"));
    refused(
        options(hidden),
        "Cannot read %s: it is compressed (gzip), which its name does not say; such files end in"
            + " .gz, .bz2, .zst, .deflate, .lz4, .snappy",
        hidden);
    String xz = write("a.jsonl.xz", new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0});
    refused(
        options(xz),
        "Cannot read %s: .xz is not decompressed here; .gz, .bz2, .zst, .deflate, .lz4, .snappy"
            + " are",
        xz);
  }

  @Test
  public void keptColumnsThatWouldClash() {
    String file = write("t.jsonl", "{\"text\":\"one\",\"label\":\"x\",\"Id\":1}\n");
    refused(keeping(file, "label", "LABEL"), "Cannot keep column \"LABEL\": it is named twice");
    for (String name : new String[] {"label", "Id"}) {
      CorpusOptions options = keeping(file, name);
      assertThat(read(options)).hasSize(1);
      assertThatThrownBy(() -> options.requireKeptColumnsBeside(ClassifiedSchema.names()))
          .isInstanceOf(JobException.class)
          .hasMessage(
              "Cannot keep column \"%s\": the output has a column of that name already", name);
    }
  }

  private static void refused(CorpusOptions options, String message, Object... values) {
    assertThatThrownBy(() -> Corpus.open(spark(), options))
        .isInstanceOf(JobException.class)
        .hasMessage(message, values);
  }
}
