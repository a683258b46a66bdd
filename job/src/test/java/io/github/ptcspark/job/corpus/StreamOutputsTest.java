package io.github.ptcspark.job.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.Test;

/** What a stream of Spark has written, and what its dead batches left behind. */
public class StreamOutputsTest extends CorpusTestBase {

  @Test
  public void filesThatNoBatchCommittedAreNotRead() throws Exception {
    write(
        "arriving/a.jsonl",
        "{\"day\":\"d1\",\"text\":\"one\"}\n{\"day\":\"d2\",\"text\":\"two\"}\n");
    String written = path("written").toString();
    StreamingQuery query =
        spark()
            .readStream()
            .schema("day string, text string")
            .json(path("arriving").toString())
            .writeStream()
            .partitionBy("day")
            .option("checkpointLocation", path("checkpoint").toString())
            .trigger(Trigger.AvailableNow())
            .start(written);
    query.awaitTermination();
    try (Stream<Path> files = Files.walk(path("written"))) {
      for (Path file : files.filter(file -> file.toString().endsWith(".parquet")).toList()) {
        Files.copy(file, file.resolveSibling("left-over.parquet"));
      }
    }

    for (String input : List.of(written, path("").toString(), written + "/*", written + "/day=*")) {
      List<String> files =
          InputFiles.find(List.of(input), spark().sessionState().newHadoopConf()).files().stream()
              .map(InputFile::name)
              .filter(name -> name.endsWith(".parquet"))
              .toList();
      assertThat(files).as(input).hasSize(2).noneMatch(name -> name.contains("left-over"));
    }
  }
}
