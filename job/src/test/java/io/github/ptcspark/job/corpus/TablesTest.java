package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.job.JobException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.RelationProvider;
import org.apache.spark.sql.sources.TableScan;
import org.apache.spark.sql.types.StructType;
import org.junit.Test;

/** Tables whose files do not all count. */
public class TablesTest extends CorpusTestBase {

  private static final Map<String, String> MARKS =
      Map.of(
          "_delta_log/00000000000000000000.json", "a Delta table",
          ".hoodie/hoodie.properties", "a Hudi table",
          "metadata/v1.metadata.json", "an Iceberg table",
          "metadata/00001-5e1c-47.metadata.json", "an Iceberg table",
          "_versions/1.manifest", "a Lance table",
          "base_0000002/x.orc", "a transactional table of Hive",
          "delta_0000003_0000003_0000/x.orc", "a transactional table of Hive");

  @Test
  public void aDeltaTableIsNotReadByItsFiles() {
    String table = Path.of("src/test/resources/columns/c06_delta").toString();
    String message =
        "Cannot read %s file by file: it is a Delta table, whose deleted and replaced rows are still"
            + " in its files; read it with --input-format delta, which needs"
            + " io.delta:delta-spark_2.12 in Spark (--packages)";
    for (CorpusOptions options :
        List.of(
            options(table),
            withId(table, "id"),
            as("parquet", table),
            options(table + "/*.parquet"),
            options(table + "/part-00000-1.snappy.parquet"))) {
      refused(options, message.formatted(Path.of(table).toAbsolutePath()));
    }
  }

  @Test
  public void tablesAreFoundAboveAndBelow() throws Exception {
    int number = 0;
    for (Map.Entry<String, String> mark : MARKS.entrySet()) {
      String warehouse = "w" + number++;
      String table = path(warehouse + "/t").toString();
      write(warehouse + "/t/" + mark.getKey(), "{}");
      String file = write(warehouse + "/t/data/day=1/a.jsonl", "{\"text\":\"one\"}\n");
      boolean hive = mark.getValue().endsWith("Hive");
      List<String> inputs =
          hive
              ? List.of(path(warehouse).toString(), table, table + "/" + mark.getKey())
              : List.of(
                  path(warehouse).toString(),
                  table,
                  table + "/data",
                  table + "/data/day=1",
                  file,
                  path(warehouse) + "/*/data");
      for (String input : inputs) {
        assertThatThrownBy(() -> Corpus.open(spark(), options(input)))
            .as(mark + " by " + input)
            .isInstanceOf(JobException.class)
            .hasMessageStartingWith(
                "Cannot read " + table + " file by file: it is " + mark.getValue() + ", whose");
      }
    }
    write("paimon/t/bucket-0/a.jsonl", "{\"text\":\"one\"}\n");
    for (String name : List.of("snapshot", "schema", "manifest")) {
      assertThat(Corpus.open(spark(), options(path("paimon/t").toString())).files()).hasSize(1);
      Files.createDirectories(path("paimon/t/" + name));
    }
    assertThatThrownBy(() -> Corpus.open(spark(), options(path("paimon").toString())))
        .hasMessageContaining("it is a Paimon table");
  }

  @Test
  public void whatLooksAlikeIsRead() {
    write("p/metadata/about.json", "{\"text\":\"one\"}\n");
    write("p/base_2024/a.json", "{\"text\":\"two\"}\n");
    write("p/delta_1/a.json", "{\"text\":\"three\"}\n");
    write("p/schema/a.json", "{\"text\":\"four\"}\n");
    assertThat(read(options(path("p").toString()))).hasSize(4);
  }

  @Test
  public void aConnectorReadsTheTable() {
    String table = path("t").toString();
    write("t/_delta_log/00000000000000000000.json", "{}");
    write("t/a.parquet", "its files are the affair of the connector");
    CorpusOptions options =
        new CorpusOptions(
            List.of(table),
            Optional.of(FakeConnector.class.getName()),
            Optional.of("n"),
            Optional.empty(),
            List.of("n"));
    Corpus corpus = Corpus.open(spark(), options);
    assertThat(read(options)).containsExactly(good("7", table));
    assertThat(corpus.slices(corpus.left(PartsRead.NONE), 1)).hasSize(1);
  }

  @Test
  public void aConnectorThatIsMissingIsNamed() {
    String table = path("t").toString();
    write("t/_delta_log/00000000000000000000.json", "{}");
    write("t/a.parquet", "");
    refused(
        as("delta", table),
        "Cannot read the format \"delta\": the Spark session lacks its connector; add"
            + " io.delta:delta-spark_2.12 in the version for it (--packages)");
  }

  /** One row: the path that is to be read, and a number. */
  public static final class FakeConnector implements RelationProvider {

    @Override
    public BaseRelation createRelation(
        SQLContext context, scala.collection.immutable.Map<String, String> parameters) {
      return new Relation(context, parameters.get("path").get());
    }

    private static final class Relation extends BaseRelation implements TableScan {

      private final SQLContext context;
      private final String path;

      Relation(SQLContext context, String path) {
        this.context = context;
        this.path = path;
      }

      @Override
      public SQLContext sqlContext() {
        return context;
      }

      @Override
      public StructType schema() {
        return new StructType().add("text", "string").add("n", "int");
      }

      @Override
      public RDD<Row> buildScan() {
        Row row = RowFactory.create(path.replaceFirst("^file:", ""), 7);
        return context.createDataFrame(List.of(row), schema()).rdd();
      }
    }
  }

  private static void refused(CorpusOptions options, String message) {
    assertThatThrownBy(() -> Corpus.open(spark(), options))
        .isInstanceOf(JobException.class)
        .hasMessage(message);
  }
}
