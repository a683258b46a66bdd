package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.job.JobException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.junit.Test;

/** What is listed, what is read and what is made of it is compared. */
public class CountedDocumentsTest extends CorpusTestBase {

  private static final String THREE = "{\"text\":\"a\"}\n{\"text\":\"b\"}\n{\"text\":\"c\"}\n";

  @Test
  public void allThatIsReadIsCounted() {
    write("d/a.jsonl", THREE);
    write("d/b.jsonl.gz", gzip(THREE));
    String blank = write("d/blank.jsonl", "\n\n");
    String empty = write("d/empty.jsonl", "");
    CountedDocuments documents = counted(options(path("d").toString()));
    List<Row> rows = documents.rows().collectAsList();
    documents.requireAll(rows.size());
    assertThat(rows).hasSize(6);
    assertThat(documents.emptyFiles()).containsExactly(blank, empty);
    documents.rows().collectAsList(); // Once more, as tasks that are done again.
    documents.requireAll(6);
  }

  @Test
  public void rowsThatAreLostOrDoubledAreToldWithTheFiles() {
    String a = write("d/a.jsonl", THREE);
    String b = write("d/b.jsonl", "{\"text\":\"a\"}\n");
    CountedDocuments documents = counted(options(path("d").toString()));
    documents.rows().collectAsList();
    for (long made : new long[] {3, 5, 0}) {
      assertThatThrownBy(() -> documents.requireAll(made))
          .isInstanceOf(JobException.class)
          .hasMessage(
              "Cannot go on: 4 documents were read, %s rows were made of them; the files are %s"
                  + " (3), %s (1)",
              made, a, b);
    }
  }

  @Test
  public void rowsOfParquetThatAreNotReadAreTold() {
    String file = parquet("p", 5);
    Slice slice = Corpus.open(spark(), options(file)).whole();
    LatestCounts<Integer> read = new LatestCounts<>();
    read.add(Map.entry(0, 3L));
    read.add(Map.entry(1, 1L));
    CountedDocuments documents =
        new CountedDocuments(spark(), slice, null, read, Optional.empty(), true);
    assertThatThrownBy(() -> documents.requireAll(4))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot go on: 5 documents are in the files, 4 rows were made of them; the files are"
                + " %s (5)",
            file);
  }

  @Test
  public void parquetIsCountedToo() {
    CountedDocuments documents = counted(options(parquet("q", 7)));
    List<Row> rows = documents.rows().collectAsList();
    documents.requireAll(rows.size());
    assertThat(rows).hasSize(7);
    assertThatThrownBy(() -> documents.requireAll(6))
        .hasMessageStartingWith("Cannot go on: 7 documents were read, 6 rows were made of them");
  }

  @Test
  public void partsOfFilesThatNobodyReadAreTold() {
    String a = write("d/a.jsonl", THREE);
    String b = write("d/b.jsonl", THREE);
    Slice slice = Corpus.open(spark(), options(path("d").toString())).whole();
    LatestCounts<FileRange> read = new LatestCounts<>();
    CountedDocuments documents =
        new CountedDocuments(spark(), slice, null, new LatestCounts<>(), Optional.of(read), false);
    read.add(Map.entry(new FileRange("file:" + a, 0, Long.MAX_VALUE), 3L));
    assertThatThrownBy(() -> documents.requireAll(3))
        .isInstanceOf(JobException.class)
        .hasMessage("Cannot read %s: bytes from 0 to %s were not read", b, THREE.length());
    read.add(Map.entry(new FileRange("file:" + b, 0, 10), 1L));
    read.add(Map.entry(new FileRange("file:" + b, 20, 39), 1L));
    assertThatThrownBy(() -> documents.requireAll(5))
        .hasMessage("Cannot read %s: bytes from 10 to %s were not read", b, THREE.length());
    read.add(Map.entry(new FileRange("file:" + b, 10, 20), 1L));
    documents.requireAll(6);
  }

  @Test
  public void filesThatChangeMeanwhileAreTold() throws Exception {
    Path file = Path.of(write("a.jsonl", THREE));
    FileTime listed = Files.getLastModifiedTime(file);
    CountedDocuments documents = counted(options(file.toString()));
    int rows = documents.rows().collectAsList().size();

    Files.setLastModifiedTime(file, FileTime.fromMillis(listed.toMillis() + 1));
    refused(documents, rows, "Cannot read %s: it has been written anew since it was listed", file);
    Files.writeString(file, THREE.substring(13));
    refused(
        documents,
        rows,
        "Cannot read %s: it has changed since it was listed, from 39 to 26 bytes",
        file);
    Files.writeString(file, THREE + THREE);
    refused(
        documents,
        rows,
        "Cannot read %s: it has changed since it was listed, from 39 to 78 bytes",
        file);
    Files.delete(file);
    refused(documents, rows, "Cannot read %s: it has vanished since it was listed", file);
    Files.writeString(file, THREE);
    Files.setLastModifiedTime(file, listed);
    documents.requireAll(rows);
  }

  @Test
  public void aFileThatShrinksBeforeItIsReadIsTold() throws Exception {
    Path file = Path.of(write("a.jsonl", THREE));
    CountedDocuments documents = counted(options(file.toString()));
    Files.writeString(file, THREE.substring(26));
    List<Row> rows = documents.rows().collectAsList();
    assertThat(rows).hasSize(1);
    refused(
        documents,
        rows.size(),
        "Cannot read %s: it has changed since it was listed, from 39 to 13 bytes",
        file);
  }

  @Test
  public void filesThatCannotBeDecompressedAreToldBeforeAnyWork() {
    for (int i = 0; i < 30; i++) {
      write("d/%s.jsonl".formatted(100 + i), "{\"text\":\"one\"}\n");
    }
    String zip = write("d/129.jsonl", "PK\u0003\u0004 and so on");
    Corpus corpus = Corpus.open(spark(), options(path("d").toString()));
    assertThatThrownBy(() -> corpus.slices(corpus.left(PartsRead.NONE), 1000))
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("Cannot read %s: zip is not decompressed here", zip);
  }

  private static void refused(
      CountedDocuments documents, long rows, String message, Object... values) {
    assertThatThrownBy(() -> documents.requireAll(rows))
        .isInstanceOf(JobException.class)
        .hasMessage(message, values);
  }

  private String parquet(String name, int rows) {
    String directory = path(name).toString();
    spark()
        .range(rows)
        .selectExpr("cast(id as string) text")
        .coalesce(1)
        .write()
        .parquet(directory);
    return Corpus.open(spark(), options(directory)).files().get(0);
  }

  private static CountedDocuments counted(CorpusOptions options) {
    Corpus corpus = Corpus.open(spark(), options);
    return corpus.counted(corpus.whole());
  }
}
