package io.github.ptcspark.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.testing.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.util.VersionInfo;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;

/** Models, corpora and outputs on S3 through Hadoop's connector, and what is said without it. */
public class S3IT extends ClusterTest {

  @ClassRule public static final S3Server S3 = new S3Server(S3IT.class);
  @ClassRule public static final LocalDrivers DRIVERS = new LocalDrivers(S3IT.class);

  private static final int DOCUMENTS = 60;

  private static final String ADDS_IT =
      "; spark-submit --packages org.apache.hadoop:hadoop-aws:%s adds it"
          .formatted(VersionInfo.getVersion());

  private static FileSystem files;
  private static Path model;
  private static Path corpus;

  @BeforeClass
  public static void writeFiles() throws IOException {
    files = S3.files();
    S3.settings().forEach(spark().sparkContext().hadoopConfiguration()::set);
    model = DRIVERS.directory().resolve("model");
    BundleFiles.of(TestModel.bundle(5)).write(model); // It has more than one label to give.
    corpus = Files.createDirectory(DRIVERS.directory().resolve("corpus"));
    for (String name : List.of("a", "b", "c", "d")) {
      writeCorpus(corpus.resolve(name + ".jsonl"), DOCUMENTS, name.hashCode());
    }
    upload(model, "model");
    upload(corpus.resolve("a.jsonl"), "corpus/a.jsonl");
    upload(corpus.resolve("b.jsonl"), "corpus/deeper/b.jsonl");
    spark()
        .read()
        .json(corpus.resolve("d.jsonl").toString())
        .repartition(2)
        .write()
        .parquet(S3.path("rows"));
  }

  @Test
  public void theRowsAreThoseOfALocalRunBitForBit() throws IOException {
    Path local = DRIVERS.directory().resolve("local.parquet");
    assertDone(submit(model.toString(), corpus.toString(), local.toString()));
    List<String> all = rows(local);
    assertThat(all).hasSize(4 * DOCUMENTS).doesNotHaveDuplicates();

    String output = S3.path("labels");
    assertDone(onS3("corpus", output));
    assertThat(rows(output)).isEqualTo(of(all, "ab"));
    assertReported(output);

    LoggedProcess again = onS3("corpus", output);
    assertDone(again);
    assertThat(again.out()).contains("documents    0 in");
    assertThat(rows(output)).isEqualTo(of(all, "ab"));

    upload(corpus.resolve("c.jsonl"), "corpus/c.jsonl");
    LoggedProcess more = onS3("corpus", output);
    assertDone(more);
    assertThat(more.out()).contains("documents    %s in".formatted(DOCUMENTS));
    assertThat(rows(output)).isEqualTo(of(all, "abc"));

    assertThat(files(output)).hasSizeGreaterThan(1);
    assertDone(
        DRIVERS.submit(S3Server.CONNECTOR, S3.settings(), List.of("compact", "--output", output)));
    assertThat(files(output)).hasSize(1);
    assertThat(rows(output)).isEqualTo(of(all, "abc"));

    assertDone(onS3("rows", output, "--overwrite"));
    assertThat(rows(output)).isEqualTo(of(all, "d"));

    String partitioned = S3.path("partitioned");
    assertDone(onS3("corpus/*.jsonl", partitioned, "--partition-by", "label"));
    assertThat(rows(partitioned)).isEqualTo(of(all, "ac"));
    for (String label : List.of("x", "y")) {
      assertThat(files.exists(new org.apache.hadoop.fs.Path(partitioned, "label=" + label)))
          .isTrue();
    }

    files.delete(new org.apache.hadoop.fs.Path(partitioned, "label=x"), true);
    LoggedProcess after = onS3("corpus/*.jsonl", partitioned, "--partition-by", "label");
    assertDone(after);
    assertThat(after.error()).contains("files of earlier runs are gone, label=x/slice-");
    assertThat(rows(partitioned))
        .isEqualTo(of(all, "ac").stream().filter(row -> !row.contains("\"label\":\"x\"")).toList());
  }

  @Test
  public void withoutTheConnectorARunSaysWhatToAdd() {
    String missing = "Class org.apache.hadoop.fs.s3a.S3AFileSystem not found" + ADDS_IT;
    for (List<String> paths : onePathOnS3(S3::path)) {
      assertRefused(
          DRIVERS.submit(List.of(), S3.settings(), arguments(paths)), onS3(paths), missing);
    }

    List<String> paths = onePathOnS3(S3::path).get(0);
    assertRefused(
        DRIVERS.submit(S3Server.CONNECTOR.subList(0, 1), S3.settings(), arguments(paths)),
        onS3(paths),
        "Class com.amazonaws.AmazonClientException not found" + ADDS_IT);
  }

  @Test
  public void whatTheStoreRefusesIsSaidInOneLine() {
    Map<String, String> wrong = new HashMap<>(S3.settings());
    wrong.put("fs.s3a.secret.key", "another secret");
    for (List<String> paths : onePathOnS3(S3::path)) {
      assertRefused(
          DRIVERS.submit(S3Server.CONNECTOR, wrong, arguments(paths)), onS3(paths), "Forbidden");
    }
    for (List<String> paths : onePathOnS3("s3a://no-such-bucket/"::concat)) {
      assertRefused(
          DRIVERS.submit(S3Server.CONNECTOR, S3.settings(), arguments(paths)),
          onS3(paths),
          "The specified bucket does not exist");
    }
  }

  /** One line on the whole error stream, aside from what libraries log of themselves. */
  private static void assertRefused(LoggedProcess process, String path, String reason) {
    assertThat(process.exitCode()).as(process.toString()).isEqualTo(1);
    List<String> lines =
        process.error().lines().filter(line -> !line.contains("WARN MetricsConfig: ")).toList();
    assertThat(lines).as(process.toString()).hasSize(1);
    assertThat(lines.get(0))
        .matches("ptc: Cannot (read|write) %s: .*".formatted(Pattern.quote(path)))
        .contains(reason);
  }

  /** Model, input and output of three runs: one of each is on S3. */
  private static List<List<String>> onePathOnS3(UnaryOperator<String> store) {
    String input = corpus.toString();
    String output = DRIVERS.directory().resolve("nothing").toString();
    return List.of(
        List.of(store.apply("model"), input, output),
        List.of(model.toString(), store.apply("corpus"), output),
        List.of(model.toString(), input, store.apply("nothing")));
  }

  private static String onS3(List<String> paths) {
    return paths.stream().filter(path -> path.startsWith("s3a:")).findFirst().orElseThrow();
  }

  /** The rows of the files of these names. */
  private static List<String> of(List<String> rows, String names) {
    return rows.stream()
        .filter(row -> row.matches(".*\"id\":\"[%s]\\.jsonl-.*".formatted(names)))
        .toList();
  }

  private static LoggedProcess onS3(String input, String output, String... more) {
    return submit(S3.path("model"), S3.path(input), output, more);
  }

  private static LoggedProcess submit(String bundle, String input, String output, String... more) {
    List<String> arguments = new ArrayList<>(arguments(List.of(bundle, input, output)));
    arguments.addAll(List.of(more));
    return DRIVERS.submit(S3Server.CONNECTOR, S3.settings(), arguments);
  }

  private static List<String> arguments(List<String> paths) {
    return List.of(
        "classify",
        "--model",
        paths.get(0),
        "--input",
        paths.get(1),
        "--output",
        paths.get(2),
        "--id-column",
        "id",
        "--slice-size",
        "8k");
  }

  private static void upload(Path file, String key) throws IOException {
    files.copyFromLocalFile(
        new org.apache.hadoop.fs.Path(file.toUri()), new org.apache.hadoop.fs.Path(S3.path(key)));
  }
}
