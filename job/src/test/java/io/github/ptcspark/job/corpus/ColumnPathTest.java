package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.job.JobException;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;
import org.junit.Test;

/** Columns inside of columns, by their names with dots. */
public class ColumnPathTest extends CorpusTestBase {

  @Test
  public void theLongestNameCounts() {
    StructType schema =
        StructType.fromDDL(
            "a struct<b:string,`b.c`:string,d:struct<c:int>>, `a.b` string, `x.y` struct<z:string>");
    assertThat(ColumnPath.find("a.b", schema)).contains(ColumnPath.literal("a.b"));
    assertThat(ColumnPath.find("a.b.c", schema)).contains(new ColumnPath(List.of("a", "b.c")));
    assertThat(ColumnPath.find("a.d.c", schema)).contains(new ColumnPath(List.of("a", "d", "c")));
    assertThat(ColumnPath.find("x.y.z", schema)).contains(new ColumnPath(List.of("x.y", "z")));
    for (String none : List.of("a.x", "A.b", "a.b.c.d", "x", "x.y.", ".a", "a..b", ".", "")) {
      assertThat(ColumnPath.find(none, schema)).as(none).isEmpty();
    }
  }

  @Test
  public void jsonLinesAreFollowedLineByLine() {
    String file =
        write(
            "t.jsonl",
            """
            {"doc":{"text":"one","meta":{"id":7}}}
            {"doc.text":"two","doc":{"text":"not this","meta":{"id":"k"}}}
            {"doc":{"text":null,"meta.id":"m"}}
            {"doc":null}
            {"doc":"no object"}
            {"doc":{"text":5,"meta":{"id":"n"}}}
            """);
    assertThat(read(nested(file)))
        .containsExactly(
            good("7", "one"),
            good("k", "two"),
            good("m", null),
            malformed(
                "n",
                "the text column \"doc.text\" holds a number:"
                    + " {\"doc\":{\"text\":5,\"meta\":{\"id\":\"n\"}}}"),
            good("t.jsonl:138", null),
            good("t.jsonl:151", null));
  }

  @Test
  public void structsOfParquetAreFollowed() {
    String directory = path("p").toString();
    spark()
        .sql(
            "select named_struct('text', 'one', 'meta', named_struct('id', 7)) doc union all"
                + " select null union all select named_struct('text', 'two', 'meta', null)")
        .coalesce(1)
        .write()
        .parquet(directory);
    assertThat(read(nested(directory)))
        .extracting(document -> document.id().replaceFirst(".*:", ":") + " " + document.text())
        .containsExactlyInAnyOrder("7 one", ":1 null", ":2 two");
  }

  @Test
  public void whatLeadsNowhereIsMissing() {
    String file = write("t.jsonl", "{\"doc\":{\"body\":\"one\"}}\n");
    assertThatThrownBy(() -> read(nested(file)))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot read %s: there is no column \"doc.text\", \"doc.meta.id\"; the columns are"
                + " \"doc\"",
            file);
  }

  private static CorpusOptions nested(String input) {
    return new CorpusOptions(
        List.of(input),
        Optional.empty(),
        Optional.of("doc.meta.id"),
        Optional.of("doc.text"),
        List.of());
  }
}
