package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.spark.DocumentSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.Test;

/** Columns in the names of directories, in every format. */
public class DirectoryColumnsTest extends CorpusTestBase {

  private static final Path CASES = Path.of("src/test/resources/columns");

  @Test
  public void filesBesideSuchDirectoriesAreReadToo() {
    assertThat(kept(withId(of("c11_partitions_mixed"), "id", "date")))
        .containsExactly("[2026-01-01]", "[null]");
    assertThat(kept(keeping(of("c17_partitions_beside_plain"), "date")))
        .containsExactly("[2026-01-01]", "[null]");
  }

  @Test
  public void valuesAreWhatThePathSays() {
    assertThat(kept(keeping(of("c11_partitions_parquet"), "code")))
        .containsExactly("[001]", "[002]");
    assertThat(kept(keeping(of("c25_growing_partitions"), "shop")))
        .containsExactly("[001]", "[A1]");
    Corpus corpus = Corpus.open(spark(), keeping(of("c25_growing_partitions"), "shop"));
    assertThat(corpus.kept().get(0).dataType()).isEqualTo(DataTypes.StringType);
  }

  @Test
  public void linesOfEveryKindHaveThem() {
    assertThat(kept(keeping(of("c11_partitions_jsonl"), "date", "lang")))
        .containsExactly(
            "[2026-01-01, en]", "[2026-01-01, en]", "[2026-01-02, en]", "[2026-01-02, en]");
    for (String format : List.of("text", "lines", "csv", "jsonl")) {
      String text = format.equals("csv") ? "text\none\n" : "{\"text\":\"one\"}\n";
      write(format + "/lang=de/a", text);
      write(format + "/lang=__HIVE_DEFAULT_PARTITION__/b", text);
      write(format + "/c", text + (format.equals("jsonl") ? "no JSON\n" : ""));
      CorpusOptions options =
          new CorpusOptions(
              List.of(path(format).toString()),
              Optional.of(format),
              Optional.empty(),
              Optional.empty(),
              List.of("lang"));
      assertThat(new TreeSet<>(kept(options))).as(format).containsExactly("[de]", "[null]");
      assertThat(new TreeSet<>(kept(as(format, path(format).toString())))).containsExactly("[]");
    }
  }

  @Test
  public void theTextCanBeKeptBesideThem() {
    for (String format : List.of("text", "lines", "csv", "jsonl", "parquet")) {
      String directory = path("t-" + format).toString();
      if (format.equals("parquet")) {
        spark().sql("SELECT 'one' AS text").write().parquet(directory + "/lang=de");
      } else {
        String text =
            switch (format) {
              case "csv" -> "text\none\n";
              case "jsonl" -> "{\"text\":\"one\"}\n";
              default -> "one";
            };
        write("t-" + format + "/lang=de/a", text);
      }
      CorpusOptions options =
          new CorpusOptions(
              List.of(directory),
              Optional.of(format),
              Optional.empty(),
              Optional.empty(),
              List.of("lang", "text"));
      assertThat(kept(options)).as(format).containsExactly("[de, one]");
      assertThat(rows(options).get(0).getString(DocumentSchema.TEXT)).isEqualTo("one");
    }
  }

  @Test
  public void aMalformedRecordHasThem() {
    write("m/lang=de/a.jsonl", "{\"text\":\"one\"}\nno JSON\n");
    assertThat(kept(keeping(path("m").toString(), "lang"))).containsExactly("[de]", "[de]");
  }

  @Test
  public void theRecordsOwnValueComesFirst() {
    write(
        "o/n=07/a.jsonl",
        "{\"text\":\"a\",\"n\":7}\n{\"text\":\"b\",\"n\":null}\n{\"text\":\"c\"}");
    assertThat(kept(keeping(path("o").toString(), "n"))).containsExactly("[07]", "[07]", "[7]");
    write("c/n=07/a.csv", "text,n\none,7\ntwo,\n");
    write("c/n=08/b.csv", "text\nthree\n");
    assertThat(kept(keeping(path("c").toString(), "n"))).containsExactly("[07]", "[08]", "[7]");
    String parquet = path("p").toString();
    spark().sql("select 'one' text, date '2026-01-02' d").write().parquet(parquet + "/d=20260102");
    spark().sql("select 'two' text").write().parquet(parquet + "/d=20260103");
    assertThat(kept(keeping(parquet, "d"))).containsExactly("[2026-01-02]", "[20260103]");
    String orc = path("o2").toString();
    spark().sql("select 'k' key, 'one' text").write().orc(orc + "/d=1");
    assertThat(kept(withId(orc, "key", "d"))).containsExactly("[1]");
  }

  @Test
  public void nothingButDirectoriesBelowTheInputNamesColumns() {
    write("a=1/in/x=2.jsonl", "{\"text\":\"one\"}\n");
    write("a=1/in/=3/y.jsonl", "{\"text\":\"two\"}\n");
    String input = path("a=1/in").toString();
    assertThat(read(options(input))).hasSize(2);
    for (String name : List.of("a", "x", "")) {
      assertThatThrownBy(() -> Corpus.open(spark(), keeping(input, name)))
          .isInstanceOf(JobException.class)
          .hasMessageContaining("there is no column \"" + name + "\"; the columns are \"text\"");
    }
    String file = path("a=1/in/x=2.jsonl").toString();
    assertThatThrownBy(() -> Corpus.open(spark(), keeping(file, "a")))
        .hasMessage("Cannot read " + file + ": there is no column \"a\"; the columns are \"text\"");
  }

  @Test
  public void whatIsNotClearIsRefused() {
    write("t/a=1/a=2/x.jsonl", "{\"text\":\"one\"}\n");
    assertThat(read(options(path("t").toString()))).hasSize(1);
    assertThatThrownBy(() -> Corpus.open(spark(), keeping(path("t").toString(), "a")))
        .isInstanceOf(JobException.class)
        .hasMessage("Cannot read %s: its path names the column \"a\" twice", path("t/a=1/a=2"));
    write("k/Day=1/x.jsonl", "{\"text\":\"one\"}\n");
    write("k/day=2/x.jsonl", "{\"text\":\"one\"}\n");
    assertThatThrownBy(() -> Corpus.open(spark(), keeping(path("k").toString(), "day")))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot read %s: its path names the column \"Day\", that of %s names \"day\"",
            path("k/Day=1"), path("k/day=2"));
    write("n/a=1/x.jsonl", "{\"text\":\"one\",\"a\":{\"b\":1}}\n");
    assertThatThrownBy(() -> Corpus.open(spark(), keeping(path("n").toString(), "a")))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot keep column \"a\": it is of type struct in %s, and directories name it too",
            path("n"));
    assertThatThrownBy(() -> Corpus.open(spark(), keeping(path("n").toString(), "b")))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot read %s: there is no column \"b\"; the columns are \"text\", \"a\";"
                + " directories name \"a\"",
            path("n"));
  }

  @Test
  public void whatSparkEscapesIsDecoded() {
    List<String> values = new ArrayList<>(Arrays.asList("a b", "50%", "x=y/z", "%41", "ü", "001"));
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 10; i++) {
      StringBuilder value = new StringBuilder("v");
      for (int j = 0; j < 8; j++) {
        value.append((char) (1 + random.nextInt(126)));
      }
      values.add(value.toString());
    }
    values.add(null);
    String root = path("s").toString();
    StructType schema = new StructType().add("text", "string").add("k", "string");
    List<Row> rows = values.stream().map(value -> RowFactory.create(value, value)).toList();
    spark()
        .createDataFrame(rows, schema)
        .selectExpr("text", "text own", "k")
        .write()
        .partitionBy("k")
        .parquet(root);
    List<Row> read = rows(keeping(root, "own", "k"));
    assertThat(read).as("seed %s", seed).hasSize(values.size());
    assertThat(read)
        .as("seed %s", seed)
        .allSatisfy(row -> assertThat(row.getString(4)).isEqualTo(row.getString(3)));
    write("u/k=%C3%BC%20%zz/a.jsonl", "{\"text\":\"one\"}\n");
    assertThat(kept(keeping(path("u").toString(), "k"))).containsExactly("[ü %zz]");
  }

  @Test
  public void theSameForEverySizeOfPartitions() {
    for (int i = 0; i < 30; i++) {
      write("z/n=" + i + "/a.jsonl", ("{\"text\":\"" + i + "\"}\n").repeat(300));
    }
    for (String size : List.of("700", "100000000")) {
      withSettings(
          java.util.Map.of("spark.sql.files.maxPartitionBytes", size),
          () ->
              assertThat(rows(keeping(path("z").toString(), "n")))
                  .hasSize(9000)
                  .allSatisfy(row -> assertThat(row.getString(1)).isEqualTo(row.getString(3))));
    }
  }

  private static String of(String name) {
    return CASES.resolve(name).toString();
  }

  /** The kept columns of all documents, sorted. */
  private static List<String> kept(CorpusOptions options) {
    List<String> kept = new ArrayList<>();
    for (Row row : rows(options)) {
      List<Object> values = new ArrayList<>();
      for (int i = DocumentSchema.FIRST_KEPT; i < row.size(); i++) {
        values.add(row.get(i));
      }
      kept.add(values.toString());
    }
    return kept.stream().sorted().toList();
  }
}
