package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.spark.DocumentSchema;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.Test;

/** Corpora of many files, many rows and huge documents are read whole, slice by slice too. */
public class LargeInputsTest extends CorpusTestBase {

  @Test
  public void twentyThousandTinyFiles() {
    for (int i = 0; i < 20_000; i++) {
      write("tiny/%s/%s.txt".formatted(i % 100, i), "text " + i);
    }
    Corpus corpus = Corpus.open(spark(), options(path("tiny").toString()));
    List<Slice> slices = corpus.slices(corpus.left(PartsRead.NONE), 100_000);
    assertThat(slices).hasSizeBetween(2, 4);
    assertThat(count(corpus, slices)).isEqualTo(20_000);
    assertThat(corpus.documents(slices.get(0)).javaRDD().getNumPartitions()).isLessThan(100);
    assertThat(corpus.count(slices)).contains(new DocumentCount(20_000, true));
  }

  @Test
  public void aMillionRowsOfCsvWithQuotesAndNewlines() throws IOException {
    Path file = path("large.csv");
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("n,text\r\n");
      for (int i = 0; i < 1_000_000; i++) {
        out.write(i + ",\"a \"\"quoted\"\" word,\r\nand a line\"\r\n");
      }
    }
    Dataset<Row> documents = documents(options(file.toString()));
    String good =
        "%s is null and %s like 'a \"quoted\" word,%%line'"
            .formatted(
                DocumentSchema.name(DocumentSchema.ERROR),
                DocumentSchema.name(DocumentSchema.TEXT));
    assertThat(documents.where(good).count()).isEqualTo(1_000_000);
    assertThat(documents.select(DocumentSchema.name(DocumentSchema.ID)).distinct().count())
        .isEqualTo(1_000_000);
  }

  @Test
  public void aDocumentOfFiftyMegabytes() {
    String words = "fifty megabytes ".repeat(50 * 65_536);
    write("huge.jsonl", "{\"text\":\"%s\"}\n{\"text\":\"small\"}\n".formatted(words));
    List<Row> rows = rows(options(path("huge.jsonl").toString()));
    assertThat(rows).hasSize(2);
    assertThat(rows.stream().mapToInt(row -> row.getString(DocumentSchema.TEXT).length()))
        .containsExactlyInAnyOrder(words.length(), 5);
  }

  @Test
  public void parquetFilesAreReadSliceBySlice() {
    String directory = path("parquet").toString();
    spark()
        .range(0, 3000, 1, 6)
        .selectExpr("concat('text ', id) text", "id % 2 as part")
        .write()
        .partitionBy("part")
        .parquet(directory);
    Corpus corpus = Corpus.open(spark(), keeping(directory, "part"));
    List<Slice> slices = corpus.slices(corpus.left(PartsRead.NONE), 1);
    assertThat(slices).hasSize(12);
    List<Row> rows = new ArrayList<>();
    slices.forEach(slice -> rows.addAll(corpus.documents(slice).collectAsList()));
    assertThat(rows).containsExactlyInAnyOrderElementsOf(documents(corpus).collectAsList());
    List<SlicePart> done = Slice.of(slices.subList(0, 5)).parts();
    assertThat(corpus.slices(corpus.left(PartsRead.of(done)), 1)).isEqualTo(slices.subList(5, 12));
  }

  private static long count(Corpus corpus, List<Slice> slices) {
    return slices.stream().mapToLong(slice -> corpus.documents(slice).count()).sum();
  }
}
