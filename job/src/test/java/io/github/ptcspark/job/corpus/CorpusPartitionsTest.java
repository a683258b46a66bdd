package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.Test;

/** Ids and texts do not depend on partitions. */
public class CorpusPartitionsTest extends CorpusTestBase {

  private static final List<Integer> SIZES = List.of(1999, 1 << 27);

  @Test
  public void jsonLinesWithEveryKindOfLine() {
    write("j/a.jsonl", lines(1, "{\"text\":\"%s\"}"));
    write("j/b.jsonl", "\uFEFF" + lines(2, "{\"text\":\"%s\"}").replace("\n", "\r\n"));
    write("j/c.jsonl.gz", gzip(lines(3, "{\"text\":\"%s\"}")));
    write("j/d.jsonl", "");
    write("j/e.jsonl", "{\"text\":\"no line end\"}");
    sameFor(options(path("j").toString()), 60 * 3 + 1);
  }

  @Test
  public void lines() {
    write("l/a", lines(1, "%s"));
    write("l/b", "\n\n\r\n" + lines(2, "%s") + "last");
    sameFor(as("lines", path("l").toString()), 64 + 64 + 3 + 1);
  }

  @Test
  public void csvAndText() {
    write("c/a.csv", "text\n" + lines(1, "\"%s\n\"\n"));
    write("c/b.csv", "text\n" + lines(2, "\"%s\"\n"));
    sameFor(options(path("c").toString()), 120);
    for (int i = 0; i < 9; i++) {
      write("t/" + i + ".txt", lines(i, "%s"));
    }
    sameFor(options(path("t").toString()), 9);
  }

  @Test
  public void parquet() {
    String directory = path("p").toString();
    spark()
        .range(0, 5000, 1, 3)
        .selectExpr("concat('text ', sha2(cast(id as string), 512)) text")
        .write()
        .option("parquet.block.size", "65536")
        .parquet(directory);
    List<Document> all = read(options(directory));
    assertThat(new TreeSet<>(all.stream().map(Document::id).toList())).hasSize(5000);
    for (String size : List.of("10000", "70000")) {
      withSettings(
          Map.of("spark.sql.files.maxPartitionBytes", size, "spark.sql.files.openCostInBytes", "0"),
          () -> assertThat(read(options(directory))).isEqualTo(all));
    }
  }

  @Test
  public void aSmallCorpusIsDealtOut() {
    String file = write("z.jsonl.gz", gzip(lines(1, "{\"text\":\"%s\"}")));
    assertThat(documents(options(file)).javaRDD().getNumPartitions()).isEqualTo(4);
    String large = write("z.jsonl", lines(1, "{\"text\":\"%s\"}").repeat(200));
    assertThat(documents(options(large)).javaRDD().getNumPartitions()).isBetween(4, 8);
  }

  private static void sameFor(CorpusOptions options, int count) {
    List<Document> all = read(options);
    assertThat(all).hasSize(count);
    assertThat(new TreeSet<>(all.stream().map(Document::id).toList())).hasSize(count);
    for (int size : SIZES) {
      withSettings(
          Map.of("spark.sql.files.maxPartitionBytes", String.valueOf(size)),
          () -> assertThat(read(options)).isEqualTo(all));
    }
  }

  /** Sixty texts of some lengths, with four empty lines between. */
  private static String lines(int seed, String form) {
    Random random = new Random(seed);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      String text = String.join(" ", Collections.nCopies(random.nextInt(40), "wörd" + i));
      lines.append(String.format(form, i + " " + text)).append('\n');
      if (i % 15 == 7) {
        lines.append('\n');
      }
    }
    return lines.toString();
  }
}
