package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.spark.DocumentSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.sql.Row;
import org.junit.Test;

/** Parquet of other writers than Spark: types, files that differ, damage. */
public class ParquetColumnsTest extends CorpusTestBase {

  private static final Path CASES = Path.of("src/test/resources/columns");

  @Test
  public void columnsThatNobodyAskedForMayBeOfAnyType() {
    for (String name :
        List.of("c01_pandas_nanos", "c02_duckdb", "c02_parquet_time_null", "c02_polars")) {
      assertThat(read(withId(of(name), "id"))).as(name).hasSize(4);
    }
    assertThat(kept(withId(of("c02_polars"), "id", "when", "cat")))
        .contains("[2026-01-01T10:00, x]");
    assertThat(kept(withId(of("c02_duckdb"), "id", "h", "ut"))).contains("[5.0, 1]");
  }

  @Test
  public void aColumnOfAnUnreadableTypeIsNamedInOneLine() {
    refused(
        keeping(of("c01_pandas_nanos"), "published"),
        "Cannot read %s: the column \"published\" is of the Parquet type INT64"
            + " (TIMESTAMP(NANOS,false)), which Spark cannot read; write it in microseconds (in"
            + " pandas and PyArrow coerce_timestamps=\"us\")",
        file("c01_pandas_nanos/news.parquet"));
    for (String name : List.of("t", "iv")) {
      assertThatThrownBy(() -> Corpus.open(spark(), keeping(of("c02_duckdb"), name)))
          .isInstanceOf(JobException.class)
          .hasMessageStartingWith("Cannot read " + file("c02_duckdb/duck.parquet"))
          .hasMessageContaining(": the column \"" + name + "\" is of the Parquet type ")
          .hasMessageEndingWith(", which Spark cannot read; write it as text or leave it out")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  public void idsOfEveryTypeAreSensibleText() throws IOException {
    assertThat(read(withId(of("c31_float_ids"), "id")))
        .extracting(Document::id)
        .containsExactlyInAnyOrder("12345678.0", "3.0", "a.parquet:2", "10.0");
    String file =
        write(
            "ids.parquet",
            """
            message m {
              required binary text (STRING);
              required int32 u8 (INTEGER(8,false)); required int64 u64 (INTEGER(64,false));
              required int32 dec (DECIMAL(9,3)); required int32 day (DATE);
              required int64 utc (TIMESTAMP(MICROS,true)); required int64 ntz (TIMESTAMP(MILLIS,false));
              required boolean flag; required binary plain; required binary bytes;
              required binary e (ENUM); required binary j (JSON); required float f;
              required fixed_len_byte_array(4) fixed;
              required group s { required binary key (STRING); }
              required group list (LIST) { repeated group list { required int32 element; } }
            }
            """,
            Map.of(),
            row -> {
              row.append("text", "one");
              row.append("u8", 200).append("u64", -1L).append("dec", -1500).append("day", -1);
              row.append("utc", 1_500_000L).append("ntz", 0L).append("flag", true);
              row.append("plain", "käy").append("bytes", bytes(0xff, 0x01)).append("e", "RED");
              row.append("j", "{\"a\":1}").append("f", 1e10f).append("fixed", bytes(1, 2, 3, 0xab));
              row.addGroup("s").append("key", "inner");
              row.addGroup("list").addGroup("list").append("element", 1);
            });
    Map<String, String> expected =
        Map.ofEntries(
            Map.entry("u8", "200"),
            Map.entry("u64", "18446744073709551615"),
            Map.entry("dec", "-1.500"),
            Map.entry("day", "1969-12-31"),
            Map.entry("utc", "1970-01-01T00:00:01.5Z"),
            Map.entry("ntz", "1970-01-01T00:00:00"),
            Map.entry("flag", "true"),
            Map.entry("plain", "käy"),
            Map.entry("bytes", "ff01"),
            Map.entry("e", "RED"),
            Map.entry("j", "{\"a\":1}"),
            Map.entry("f", "10000000000.0"),
            Map.entry("fixed", "010203ab"),
            Map.entry("s.key", "inner"));
    expected.forEach(
        (column, id) ->
            assertThat(rows(withId(file, column)))
                .as(column)
                .extracting(row -> row.getString(0))
                .containsExactly(id));
    refused(
        withId(file, "list"),
        "Cannot read %s: the id column \"list\" is of type array<int>, which is no id",
        file);
  }

  @Test
  public void textsMayBeBytesAndLieInStructs() throws IOException {
    String file =
        write(
            "nested.parquet",
            """
            message m {
              optional group a { optional binary b; optional int64 t (TIME(MICROS,true)); }
              optional group a.b { optional int32 c; }
            }
            """,
            Map.of(),
            row -> row.addGroup("a").append("b", "zwölf"));
    CorpusOptions options =
        new CorpusOptions(
            List.of(file),
            java.util.Optional.empty(),
            java.util.Optional.empty(),
            java.util.Optional.of("a.b"),
            List.of());
    refused(
        options,
        "Cannot read %s: the text column \"a.b\" is of type struct<c:int>, not string",
        file);
    String plain =
        write(
            "plain.parquet",
            "message m { optional group a { optional binary b; optional int64 t (TIME(MICROS,true));"
                + " } }",
            Map.of(),
            row -> row.addGroup("a").append("b", "zwölf"));
    CorpusOptions nested =
        new CorpusOptions(
            List.of(plain),
            java.util.Optional.empty(),
            java.util.Optional.empty(),
            java.util.Optional.of("a.b"),
            List.of());
    assertThat(read(nested)).containsExactly(good("plain.parquet:0", "zwölf"));
  }

  @Test
  public void filesThatDifferAreBroughtTogether() throws IOException {
    String root = path("d").toString();
    spark()
        .sql(
            "select 'one' text, 1 id, cast(1 as int) n, 1.5f x, named_struct('a', 1) s,"
                + " cast(1.25 as decimal(5,2)) d")
        .write()
        .parquet(root + "/1");
    spark()
        .sql(
            "select 'two' text, 'b' id, 5000000000L n, 2.5d x, named_struct('b', 'z', 'a', 2) s,"
                + " cast(1.2345 as decimal(9,4)) d, 'only here' m")
        .write()
        .parquet(root + "/2");
    assertThat(kept(withId(root, "id", "n", "x", "s", "d", "m")))
        .containsExactlyInAnyOrder(
            "[1, 1.5, [1,null], 1.2500, null]", "[5000000000, 2.5, [2,z], 1.2345, only here]");
    assertThat(read(withId(root, "id"))).extracting(Document::id).containsExactly("1", "b");
  }

  @Test
  public void filesThatDifferInWhatMattersAreRefused() {
    String root = path("r").toString();
    spark().sql("select 'one' text, 'k' id, 1 N").write().parquet(root + "/1");
    spark().sql("select 'two' Text, 1 n").write().parquet(root + "/2");
    List<String> files = Corpus.open(spark(), as("parquet", root + "/1")).files();
    List<String> others =
        InputFiles.find(List.of(root + "/2"), new Configuration()).files().stream()
            .map(InputFile::name)
            .toList();
    refused(
        options(root),
        "Cannot read %s: it has a column \"Text\", which is \"text\" in %s",
        others.get(0),
        files.get(0));
    String second = path("r2").toString();
    spark().sql("select 'one' text, 'k' id, 1 N").write().parquet(second + "/1");
    spark().sql("select 'two' text, 1 n").write().parquet(second + "/2");
    List<String> all = Corpus.open(spark(), options(second)).files();
    refused(
        withId(second, "id"),
        "Cannot read %s: there is no column \"id\", as there is in %s; the columns are \"text\","
            + " \"n\"",
        all.get(1),
        all.get(0));
    refused(
        keeping(second, "n"),
        "Cannot read %s: it has a column \"N\", which is \"n\" in %s",
        all.get(0),
        all.get(1));
  }

  @Test
  public void columnsThatDifferInCaseAreTwo() throws IOException {
    String file =
        write(
            "case.parquet",
            "message m { required binary text (STRING); required binary Text (STRING); }",
            Map.of(),
            row -> row.append("text", "small").append("Text", "Large"));
    assertThat(read(options(file))).extracting(Document::text).containsExactly("small");
    assertThat(kept(keeping(file, "Text"))).containsExactly("[Large]");
  }

  @Test
  public void datesOfAllAgesStayWhatTheyAre() throws IOException {
    assertThat(kept(withId(of("c28_ancient_dates"), "id", "published", "created")))
        .contains("[0001-01-01, 0001-01-01T00:00]", "[1582-10-10, 1753-01-01T00:00]");
    assertThat(kept(withId(of("c35_far_future"), "id", "valid_to")))
        .contains("[9999-12-31T00:00:00Z]");
    String schema =
        "message m { required binary text (STRING); required int32 day (DATE); required int64 at"
            + " (TIMESTAMP(MICROS,true)); }";
    Consumer<SimpleGroup> row = group -> group.append("text", "one").append("day", -200_000);
    String unknown = write("mr.parquet", schema, Map.of(), row.andThen(g -> g.append("at", 1L)));
    refused(
        keeping(unknown, "day"),
        "Cannot read %s: the column \"day\" has dates before 1582 or times before 1900, and the"
            + " file does not say in which calendar; set"
            + " spark.sql.parquet.datetimeRebaseModeInRead to CORRECTED (the Gregorian, as most"
            + " programs write) or LEGACY (the Julian, as Spark 2 and Hive 2)",
        unknown);
    assertThat(read(keeping(unknown, "at"))).hasSize(1);
    String day = java.time.LocalDate.ofEpochDay(-200_000).toString();
    withSettings(
        Map.of("spark.sql.parquet.datetimeRebaseModeInRead", "CORRECTED"),
        () -> assertThat(kept(keeping(unknown, "day"))).containsExactly("[" + day + "]"));
    String hive =
        write(
            "hive.parquet",
            schema,
            Map.of("writer.date.proleptic", "true"),
            row.andThen(g -> g.append("at", 1L)));
    assertThat(kept(keeping(hive, "day"))).containsExactly("[" + day + "]");
    // 31 May 1422 of the Julian calendar is nine days later in the Gregorian.
    String old =
        write(
            "old.parquet",
            schema,
            Map.of("writer.date.proleptic", "false"),
            row.andThen(g -> g.append("at", 1L)));
    assertThat(kept(keeping(old, "day")))
        .containsExactly("[" + java.time.LocalDate.ofEpochDay(-200_009) + "]");
  }

  private static String of(String name) {
    return CASES.resolve(name).toString();
  }

  private static String file(String name) {
    return CASES.resolve(name).toAbsolutePath().toString();
  }

  private static void refused(CorpusOptions options, String message, Object... values) {
    assertThatThrownBy(() -> Corpus.open(spark(), options))
        .isInstanceOf(JobException.class)
        .hasMessage(message, values);
  }

  private static List<String> kept(CorpusOptions options) {
    return rows(options).stream()
        .map(row -> values(row).toString())
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  private static List<Object> values(Row row) {
    List<Object> values = new java.util.ArrayList<>();
    for (int i = DocumentSchema.FIRST_KEPT; i < row.size(); i++) {
      values.add(row.get(i));
    }
    return values;
  }

  private static Binary bytes(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length);
    for (int value : values) {
      buffer.put((byte) value);
    }
    return Binary.fromConstantByteArray(buffer.array());
  }

  private String write(
      String name, String schema, Map<String, String> metadata, Consumer<SimpleGroup> row)
      throws IOException {
    MessageType type = MessageTypeParser.parseMessageType(schema);
    SimpleGroup group = new SimpleGroup(type);
    row.accept(group);
    Path path = path(name);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(path.toUri()))
            .withType(type)
            .withExtraMetaData(metadata)
            .build()) {
      writer.write(group);
    }
    return path.toString();
  }
}
