package io.github.ptcspark.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.job.report.document.Explainer;
import io.github.ptcspark.testing.HostileTexts;
import io.github.ptcspark.testing.SampleTexts;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Row;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import picocli.CommandLine;

/** What {@code ptc explain} says, and that it is what {@code ptc classify} writes. */
public class ExplainCommandTest extends SparkTest {

  private static final String HOSTILE =
      "</title><script>alert(1)</script> the cat\u001b[31m\u202e\u0007 \u200b${7*7}&amp;";

  @Rule public TemporaryFolder folder = new TemporaryFolder();
  @Rule public StandardStreams streams = new StandardStreams();

  private String model;

  @Before
  public void writeModel() {
    model = path("model");
    BundleFiles.of(TestModel.bundle(1)).write(Path.of(model));
  }

  @Test
  public void labelScoresAndStatisticsAreThoseOfClassifyBitForBit() throws IOException {
    List<String> texts = new ArrayList<>(SampleTexts.topics().subList(0, 3));
    texts.add("a");
    texts.add("the cat is on the house . ".repeat(1500));
    texts.addAll(HostileTexts.HOSTILE.subList(HostileTexts.EMPTY, HostileTexts.HOSTILE.size()));
    Path corpus = corpus(texts);
    for (List<String> options :
        List.of(
            List.<String>of(),
            List.of("--precision", "fp32", "--policy", "ptc(keep-ratio=0.6)"),
            List.of("--policy", "ptc(scope=keys-values)", "--long-documents", "head-tail"))) {
      String output = path("labels" + options.size() + String.join("", options));
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "classify",
                  "--model",
                  model,
                  "--input",
                  corpus.toString(),
                  "--id-column",
                  "id",
                  "--output",
                  output));
      arguments.addAll(options);
      assertThat(PtcCommand.execute(arguments.toArray(new String[0]))).as(streams.error()).isZero();

      Bundle bundle = BundleFiles.read(Path.of(model)).parseClassifier();
      ModelSettings settings = changes(options).applyTo(bundle);
      Explainer explainer = new Explainer(model, "", bundle, settings);
      List<Row> rows = spark().read().parquet(output).collectAsList();
      assertThat(rows).hasSameSizeAs(texts);
      for (Row row : rows) {
        String id = row.getAs("id");
        Classification explained =
            explainer.explain(id, texts.get(Integer.parseInt(id))).classification();
        assertThat(explained.label()).isEqualTo(row.<String>getAs("label"));
        assertThat(explained.scores()).isEqualTo(row.getList(row.fieldIndex("scores")));
        assertThat(explained.tokens()).isEqualTo(row.<Integer>getAs("tokens"));
        assertThat(explained.tokensKept()).isEqualTo(row.<Integer>getAs("tokens_kept"));
        assertThat(explained.statistics().cost()).isEqualTo(row.<Double>getAs("cost"));
        Row statistics = row.getAs("stats");
        assertThat(explained.statistics().keptPerLayer())
            .isEqualTo(statistics.getList(statistics.fieldIndex("kept_per_layer")));
      }
    }
  }

  @Test
  public void aDocumentOfACorpusIsFoundByItsId() throws IOException {
    Path corpus = corpus(List.of("the cat is in the garden", "the dog is good"));

    assertThat(explain("--input", corpus.toString(), "--id-column", "id", "--id", "1"))
        .as(streams.error())
        .isZero();
    assertThat(streams.out()).contains("document     1\n", "4 word pieces");

    streams.reset();
    assertThat(explain("--input", corpus.toString(), "--id", corpus + ":0"))
        .as(streams.error())
        .isZero();
    assertThat(streams.out()).contains("document     " + corpus + ":0\n");

    assertThat(explain("--input", corpus.toString(), "--id", "1")).isEqualTo(1);
    assertThat(streams.error())
        .contains(
            "Cannot find document 1 in " + corpus + ": no document has this id; without",
            "--id-column ids are made from file and position");
    Files.writeString(corpus, "{\"id\":\"1\",\"text\":\"a\"}\n".repeat(2));
    assertThat(explain("--input", corpus.toString(), "--id-column", "id", "--id", "1"))
        .isEqualTo(1);
    assertThat(streams.error()).contains("more than one has this id");
  }

  @Test
  public void aFileIsOneDocumentInWhateverEncodingAndCompressed() throws IOException {
    Path file = folder.getRoot().toPath().resolve("letter.jsonl");
    Files.write(file, "\uFEFFthe cat\nthe dog".getBytes(StandardCharsets.UTF_16LE));
    assertThat(explain("--file", file.toString())).as(streams.error()).isZero();
    assertThat(streams.out()).contains("document     " + file + "\n", "4 word pieces");

    Path compressed = folder.getRoot().toPath().resolve("letter.txt.gz");
    try (OutputStream stream = new GZIPOutputStream(Files.newOutputStream(compressed))) {
      stream.write("gr\u00fcn".getBytes(StandardCharsets.ISO_8859_1));
    }
    streams.reset();
    assertThat(explain("--file", compressed.toString(), "--encoding", "ISO-8859-1"))
        .as(streams.error())
        .isZero();
    assertThat(explain("--file", compressed.toString())).isEqualTo(1);
    assertThat(streams.error())
        .contains("Cannot explain " + compressed + ": malformed-record: it is not UTF-8");
    assertThat(explain("--file", path("absent"))).isEqualTo(1);
    assertThat(streams.error()).contains("absent");
    assertThat(explain("--file", folder.getRoot().toString())).isEqualTo(1);
    assertThat(streams.error()).contains("as one document: there are ");
  }

  @Test
  public void whatClassifyRejectsIsRefusedForTheSameReason() {
    for (String text : List.of("", " \t\n", "\u200b", "\u0007", "\ufe0f", "\u00ad")) {
      streams.reset();
      assertThat(explain("--text", text)).isEqualTo(1);
      assertThat(streams.error())
          .isEqualTo(
              "ptc: Cannot explain the text: empty-text: %s%n"
                  .formatted(
                      text.isBlank()
                          ? "the text is empty or blank"
                          : "the model sees no characters in the text"));
    }
  }

  @Test
  public void textsAndNamesAreShownAndNotObeyed() throws IOException {
    Path page = folder.getRoot().toPath().resolve("page.html");
    Path corpus = folder.getRoot().toPath().resolve("corpus.jsonl");
    Files.writeString(
        corpus,
        new ObjectMapper().writeValueAsString(Map.of("id", HOSTILE, "text", HOSTILE)) + "\n");

    assertThat(
            explain(
                "--input",
                corpus.toString(),
                "--id-column",
                "id",
                "--id",
                HOSTILE,
                "--html",
                page.toString()))
        .as(streams.error())
        .isZero();

    assertThat(streams.out())
        .contains("</title><script>alert(1)</script>", "cat\\u001b[31m\\u202e\\u0007 \\u200b")
        .doesNotContain("\u001b", "\u202e", "\u0007");
    assertThat(page)
        .content()
        .contains("&lt;/title&gt;&lt;script&gt;alert(1)", "\\u200b")
        .doesNotContain("<script", "\u001b", "\u202e", "\u200b");
  }

  @Test
  public void whatGoesTogetherIsChecked() {
    assertThat(explain("--input", "a.jsonl")).isEqualTo(2);
    assertThat(explain("--text", "a", "--id", "b")).isEqualTo(2);
    assertThat(explain("--text", "a", "--file", "b")).isEqualTo(2);
    assertThat(explain("--text", "a", "--id-column", "b")).isEqualTo(2);
    assertThat(explain()).isEqualTo(2);
    assertThat(streams.error())
        .contains(
            "--input and --id name a document together: both or neither",
            "--input-format, --id-column and --text-column are about --input");
  }

  @Test
  public void aPageIsWrittenAsAWholeOrNotAtAll() throws IOException {
    Path page = folder.getRoot().toPath().resolve("page.html");
    Files.writeString(page, "an older page");
    assertThat(explain("--text", "the cat", "--html", page.toString()))
        .as(streams.error())
        .isZero();
    assertThat(Files.readString(page).strip()).startsWith("<!doctype html>").endsWith("</html>");
    assertThat(streams.out()).contains("page         " + page);

    Path nowhere = folder.getRoot().toPath().resolve("no/page.html");
    assertThat(explain("--text", "the cat", "--html", nowhere.toString())).isEqualTo(1);
    assertThat(streams.error()).contains("Cannot write the page to " + nowhere + ": ");
    try (var files = Files.list(folder.getRoot().toPath())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.endsWith(".unfinished"));
    }
  }

  @Test
  public void helpTeachesByExamples() {
    assertThat(PtcCommand.execute("explain", "--help")).isZero();
    assertThat(streams.out()).contains("ptc explain --model my.bundle --file letter.txt --html");
  }

  private static SettingsChanges changes(List<String> options) {
    SettingsArguments arguments = new SettingsArguments();
    new CommandLine(arguments).parseArgs(options.toArray(new String[0]));
    return arguments.changes();
  }

  private int explain(String... options) {
    List<String> arguments = new ArrayList<>(List.of("explain", "--model", model));
    arguments.addAll(List.of(options));
    return PtcCommand.execute(arguments.toArray(new String[0]));
  }

  private Path corpus(List<String> texts) throws IOException {
    Path file = folder.getRoot().toPath().resolve("corpus.jsonl");
    ObjectMapper mapper = new ObjectMapper();
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < texts.size(); i++) {
      lines
          .append(mapper.writeValueAsString(Map.of("id", String.valueOf(i), "text", texts.get(i))))
          .append('\n');
    }
    Files.writeString(file, lines.toString());
    return file;
  }

  private String path(String name) {
    return new File(folder.getRoot(), name).getPath();
  }
}
