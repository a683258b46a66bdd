package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.spark.DocumentSchema;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.Test;

/** Every format: texts, ids, kept columns. */
public class CorpusFormatsTest extends CorpusTestBase {

  @Test
  public void textFilesAreDocuments() {
    write("t/a.txt", "one\ntwo\n");
    write("t/b.txt", "three");
    write("t/c.txt.gz", gzip("four"));
    String directory = path("t").toString();
    assertThat(read(options(directory)))
        .containsExactly(
            good("a.txt", "one\ntwo\n"), good("b.txt", "three"), good("c.txt.gz", "four"));
    assertThat(rows(options(directory)))
        .extracting(row -> row.getString(0))
        .contains(directory + "/a.txt");
  }

  @Test
  public void linesAreDocumentsAlsoEmptyOnes() {
    String file = write("t.log", "one\r\n\n  \nzwölf\nlast");
    assertThat(read(as("lines", file)))
        .containsExactly(
            good("t.log:0", "one"),
            good("t.log:16", "last"),
            good("t.log:5", ""),
            good("t.log:6", "  "),
            good("t.log:9", "zwölf"));
  }

  @Test
  public void jsonLinesGiveIdsFromFileAndPosition() {
    String file = write("t.jsonl", "{\"text\":\"one\"}\n\n{\"text\":\"two\"}\n{\"text\":null}");
    assertThat(read(options(file)))
        .containsExactly(
            good("t.jsonl:0", "one"), good("t.jsonl:16", "two"), good("t.jsonl:31", null));
  }

  @Test
  public void jsonLinesGiveIdsFromAColumn() {
    String file =
        write(
            "t.ndjson",
            """
            {"key":"k1","text":"one"}
            {"key":2,"text":"two"}
            {"key":null,"text":"three"}
            {"text":"four"}
            """);
    assertThat(read(withId(file, "key")))
        .containsExactly(
            good("2", "two"),
            good("k1", "one"),
            good("t.ndjson:49", "three"),
            good("t.ndjson:77", "four"));
  }

  @Test
  public void jsonLinesKeepTypes() {
    String file =
        write(
            "t.json.gz",
            gzip(
                """
                {"text":"one","n":1,"x":1,"b":true,"s":"v","m":1,"a":[1,2],"o":{"k":"v","l":[]},"z":null,"e":{}}
                {"text":"two","n":9007199254740993,"x":0.5,"m":"v","o":{"k":"w","l":[{"d":1.5}]}}
                {"text":"three"}
                """));
    Corpus corpus =
        Corpus.open(spark(), keeping(file, "n", "x", "b", "s", "m", "a", "o", "z", "e"));
    Dataset<Row> documents = documents(corpus);
    StructType kept =
        new StructType()
            .add("n", "bigint")
            .add("x", "double")
            .add("b", "boolean")
            .add("s", "string")
            .add("m", "string")
            .add("a", "array<bigint>")
            .add("o", "struct<k:string,l:array<struct<d:double>>>")
            .add("z", "string")
            .add("e", "string");
    assertThat(documents.schema()).isEqualTo(DocumentSchema.of(List.of(kept.fields())));
    assertThat(corpus.kept()).isEqualTo(List.of(kept.fields()));
    List<Row> rows = documents.orderBy(DocumentSchema.name(DocumentSchema.TEXT)).collectAsList();
    assertThat(rows.get(0).json())
        .contains("\"n\":1,\"x\":1.0,\"b\":true,\"s\":\"v\",\"m\":\"1\",\"a\":[1,2]")
        .contains("\"o\":{\"k\":\"v\",\"l\":[]},\"z\":null,\"e\":\"{}\"");
    assertThat(rows.get(2).json()).contains("9007199254740993").contains("{\"d\":1.5}");
    assertThat(rows.get(1).isNullAt(DocumentSchema.FIRST_KEPT)).isTrue();
  }

  @Test
  public void aKeptValueOfAnotherTypeThanTheFirstOnesIsMalformed() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      lines.append("{\"text\":\"t\",\"n\":").append(i).append("}\n");
    }
    lines.append("{\"text\":\"t\",\"n\":\"many\"}\n");
    String file = write("t.jsonl", lines.toString());
    assertThat(read(keeping(file, "n")))
        .hasSize(1001)
        .filteredOn(document -> document.error() != null)
        .containsExactly(
            malformed(
                "t.jsonl:20890",
                "the column \"n\" holds a text, not bigint: {\"text\":\"t\",\"n\":\"many\"}"));
  }

  @Test
  public void csvFindsColumnsByEachHeader() {
    write("c/a.csv", "key,text,n\nk1,\"one, \"\"1\"\"\nnext\",007\n\nk2,,\n");
    write("c/b.tsv", "n\ttext\tkey\n8\ttwo, 2\t\n");
    String directory = path("c").toString();
    assertThat(read(withId(directory, "key", "n")))
        .containsExactly(
            good("b.tsv:0", "two, 2"), good("k1", "one, \"1\"\nnext"), good("k2", null));
    assertThat(rows(withId(directory, "key", "n")))
        .extracting(row -> row.getString(DocumentSchema.FIRST_KEPT))
        .containsExactlyInAnyOrder("007", null, "8");
    assertThat(read(options(path("c/a.csv").toString())))
        .containsExactly(good("a.csv:0", "one, \"1\"\nnext"), good("a.csv:1", null));
  }

  @Test
  public void parquetKeepsTypes() {
    StructType schema =
        new StructType()
            .add("key", DataTypes.IntegerType)
            .add("text", DataTypes.StringType)
            .add("day", DataTypes.DateType)
            .add("a.b", "struct<x:array<decimal(9,2)>>");
    List<Row> rows =
        List.of(
            RowFactory.create(1, "one", java.sql.Date.valueOf("2020-02-29"), null),
            RowFactory.create(null, null, null, RowFactory.create(List.of())));
    String directory = path("p 1").toString();
    spark().createDataFrame(rows, schema).coalesce(1).write().parquet(directory);
    Corpus corpus = Corpus.open(spark(), withId(directory, "key", "day", "a.b"));
    assertThat(documents(corpus).schema())
        .isEqualTo(DocumentSchema.of(List.of(schema.apply("day"), schema.apply("a.b"))));
    List<Row> read =
        documents(corpus).orderBy(DocumentSchema.name(DocumentSchema.TEXT)).collectAsList();
    String file = corpus.files().get(0);
    assertThat(read).extracting(row -> row.getString(0)).containsExactly(file + ":1", "1");
    assertThat(read.get(1).get(DocumentSchema.FIRST_KEPT)).hasToString("2020-02-29");
    assertThat(rows(options(directory)))
        .extracting(row -> row.getString(0))
        .containsExactlyInAnyOrder(file + ":0", file + ":1");
  }

  @Test
  public void parquetOfSeveralSchemasAndPartitionColumns() {
    String root = path("p").toString();
    spark().sql("select 'one' text, 1 n").write().parquet(root + "/lang=en");
    spark().sql("select 'two' text, 'x' m").write().parquet(root + "/lang=de");
    assertThat(rows(keeping(root, "lang", "n", "m")))
        .extracting(row -> row.getString(1) + row.getString(3) + row.get(4) + row.get(5))
        .containsExactlyInAnyOrder("oneen1null", "twodenullx");
  }

  @Test
  public void anyFormatOfTheSessionWithAnIdColumn() {
    String directory = path("o").toString();
    spark().sql("select 'k' key, 'one' text union all select null, 'two'").write().orc(directory);
    CorpusOptions options = withId(directory, "key");
    assertThat(Corpus.open(spark(), options).format()).isEqualTo("orc");
    assertThat(read(options))
        .containsExactly(
            good("k", "one"),
            good("sha256:3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3", "two"));
  }

  @Test
  public void otherTextColumn() {
    String file = write("t.jsonl", "{\"body\":\"one\",\"label\":\"x\"}\n");
    CorpusOptions options =
        new CorpusOptions(
            List.of(file),
            Optional.empty(),
            Optional.empty(),
            Optional.of("body"),
            List.of("label"));
    assertThat(read(options)).containsExactly(good("t.jsonl:0", "one"));
  }

  @Test
  public void damagedCompressionEndsAFileAndNotTheRun() {
    byte[] csv = gzip("text\n" + "a line of some length\n".repeat(9));
    write("g/cut.csv.gz", Arrays.copyOf(csv, csv.length - 9));
    assertThat(read(options(path("g").toString())))
        .filteredOn(document -> document.error() != null)
        .extracting(document -> document.id() + " " + document.error())
        .singleElement()
        .asString()
        .startsWith("cut.csv.gz:")
        .contains("malformed-record the compressed data is damaged (Unexpected end of");
    byte[] text = gzip("one two three four five six seven");
    String file = write("t.txt.gz", Arrays.copyOf(text, text.length - 12));
    assertThat(read(options(file)))
        .singleElement()
        .satisfies(
            document -> assertThat(document.error()).contains("is damaged").contains(": one two"));
  }

  @Test
  public void aHeaderThatNobodyLookedAtMakesItsRowsMalformed() {
    for (int i = 0; i < 101; i++) {
      write(String.format(Locale.ROOT, "h/%03d.csv", i), i < 100 ? "text\none\n" : "body\none\n");
    }
    assertThat(read(options(path("h").toString())))
        .hasSize(101)
        .filteredOn(document -> document.error() != null)
        .containsExactly(
            malformed(
                "100.csv:0", "the header of the file does not have the column \"text\" once: one"));
  }
}
