package io.github.ptcspark.job.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.job.output.ExistingOutput;
import io.github.ptcspark.job.report.figures.OutputFigures;
import io.github.ptcspark.job.run.ClassifyOptions;
import io.github.ptcspark.job.run.ClassifyRun;
import io.github.ptcspark.job.run.Compaction;
import io.github.ptcspark.job.run.RunSummary;
import io.github.ptcspark.spark.Audit;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Reports of outputs that runs have written. */
public class OutputReportTest extends SparkTest {

  @Rule public TemporaryFolder folder = new TemporaryFolder();

  private final ByteArrayOutputStream notes = new ByteArrayOutputStream();
  private String model;
  private Path corpus;
  private String output;

  @Before
  public void writeModel() throws IOException {
    model = new File(folder.getRoot(), "model").getPath();
    corpus = folder.newFolder("corpus").toPath();
    output = new File(folder.getRoot(), "out").getPath();
    BundleFiles.of(TestModel.bundle(1)).write(Path.of(model));
  }

  @Test
  public void slicesOfSeveralRunsCountOnceAlsoAfterACompaction() throws IOException {
    write("a.jsonl", 5);
    run(List.of());
    write("b.jsonl", 7);
    run(List.of());

    assertThat(report().figures().totals().documents()).isEqualTo(12);
    assertThat(report().html()).contains("All 12 documents of the output.");

    new Compaction(spark(), output, 1 << 20, quiet()).run();

    assertThat(report().figures().totals().documents()).isEqualTo(12);
  }

  @Test
  public void onlyCommittedRowsCount() throws IOException {
    write("a.jsonl", 5);
    run(List.of());
    try (Stream<Path> files = Files.list(Path.of(output))) {
      Path rows =
          files.filter(file -> file.toString().endsWith("parquet")).findFirst().orElseThrow();
      Files.copy(rows, rows.resolveSibling("slice-000009-00000000000000.zstd.parquet"));
    }

    assertThat(report().figures().totals().documents()).isEqualTo(5);
  }

  @Test
  public void removedFilesAreSaid() throws IOException {
    write("a.jsonl", 5);
    run(List.of());
    write("b.jsonl", 7);
    run(List.of());
    try (Stream<Path> files = Files.list(Path.of(output))) {
      Files.delete(
          files
              .filter(file -> file.getFileName().toString().startsWith("slice-000002"))
              .findFirst()
              .orElseThrow());
    }

    OutputReport.Made report = report();

    assertThat(report.figures().totals().documents()).isEqualTo(5);
    assertThat(report.html()).contains("removed since", "1 file with 7 rows");
  }

  @Test
  public void columnsThatAreDirectoriesAreRead() throws IOException {
    write("a.jsonl", 20);
    run(List.of("label", "status"));

    OutputFigures figures = report().figures();

    assertThat(figures.totals().documents()).isEqualTo(21);
    assertThat(figures.totals().rejected()).isEqualTo(1);
    assertThat(figures.labels()).extracting(label -> label.label()).isSubsetOf(TestModel.LABELS);
  }

  @Test
  public void whatIsNoOutputIsRefused() throws IOException {
    assertThatThrownBy(this::report)
        .isInstanceOf(JobException.class)
        .hasMessage("Cannot report on %s: it does not exist", output);
    Files.createDirectories(Path.of(output, "_ptc"));
    assertThatThrownBy(this::report)
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot report on %s: it has no _ptc/runs, so no run of ptc classify wrote it", output);
  }

  @Test
  public void aColumnThatIsNotKeptIsRefused() throws IOException {
    write("a.jsonl", 5);
    run(List.of());

    assertThatThrownBy(() -> report(Optional.of("Topic")))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot report on %s: there is no kept column \"Topic\" (it has topic)", output);
  }

  @Test
  public void keptLabelsGiveAccuracy() throws IOException {
    write("a.jsonl", 9);
    run(List.of());

    OutputReport.Made report = report(Optional.of("topic"));

    long right = spark().read().parquet(output).where("status = 'ok' and topic = label").count();
    assertThat(report.figures().reliability().orElseThrow().accuracy()).isEqualTo(right / 9.0);
  }

  @Test
  public void markupAndEscapesAreShownAsText() throws IOException {
    String id = "</td><script>alert(1)</script>\u001b[31m\u202e";
    Files.writeString(
        corpus.resolve("a.jsonl"),
        new ObjectMapper().writeValueAsString(Map.of("id", id, "text", "the cat", "topic", id))
            + "\n");
    run(List.of());

    String html = report(Optional.of("topic")).html();

    assertThat(html)
        .contains("&lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt;\\u001b[31m\\u202e")
        .doesNotContain("<script", "\u001b", "\u202e");
  }

  @Test
  public void aRunReportsOnItsOwnDocuments() throws IOException {
    write("a.jsonl", 5);
    run(List.of());
    write("b.jsonl", 7);
    RunSummary summary = run(List.of());

    Path page = Path.of(output, "_ptc", "report.html");
    assertThat(summary.report()).contains(page.toString());
    assertThat(summary.text()).contains("report       " + page);
    assertThat(page).content().contains("The 7 documents of one run; all runs together wrote 12.");

    Files.delete(page);
    assertThat(run(List.of()).report()).isEmpty();
    assertThat(page).doesNotExist();
  }

  @Test
  public void aReportThatCannotBeWrittenFailsNoRun() throws IOException {
    write("a.jsonl", 5);
    Files.createDirectories(Path.of(output, "_ptc", "report.html", "in the way"));

    RunSummary summary = run(List.of());

    assertThat(summary.report()).isEmpty();
    assertThat(notes.toString(StandardCharsets.UTF_8))
        .contains("ptc: there is no report of this run: ");
    assertThat(spark().read().parquet(output).count()).isEqualTo(5);
  }

  @Test
  public void anOutputIsComparedWithAnother() throws IOException {
    write("a.jsonl", 5);
    run(List.of());
    String before = output;
    output = new File(folder.getRoot(), "later").getPath();
    write("b.jsonl", 7);
    run(List.of());

    OutputReport.Made made =
        new OutputReport(spark())
            .of(output, new OutputReport.Options(Optional.empty(), Optional.of(before)));

    assertThat(made.html())
        .contains(
            "All 5 compared documents have the same label in both outputs",
            "Both were made with the same settings.");
    assertThatThrownBy(
            () ->
                new OutputReport(spark())
                    .of(output, new OutputReport.Options(Optional.empty(), Optional.of("nowhere"))))
        .isInstanceOf(JobException.class)
        .hasMessage("Cannot report on nowhere: it does not exist");
  }

  private void write(String file, int documents) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < documents; i++) {
      lines.append(
          "{\"id\":\"%s-%s\",\"text\":\"the cat in garden %s\",\"topic\":\"x\"}%n"
              .formatted(file, i, i));
    }
    if (documents > 10) {
      lines.append("{\"id\":\"empty\",\"text\":\"\"}\n");
    }
    Files.writeString(corpus.resolve(file), lines.toString());
  }

  private RunSummary run(List<String> partitionColumns) {
    CorpusOptions documents =
        new CorpusOptions(
            List.of(corpus.toString()),
            Optional.empty(),
            Optional.of("id"),
            Optional.empty(),
            List.of("topic"));
    return new ClassifyRun(
            spark(),
            BundleFiles.read(Path.of(model)),
            new ClassifyOptions(
                model,
                SettingsChanges.NONE,
                documents,
                output,
                ExistingOutput.EXTEND,
                partitionColumns,
                Optional.empty(),
                1,
                Audit.NONE,
                false),
            new PrintStream(notes, true, StandardCharsets.UTF_8))
        .run();
  }

  private OutputReport.Made report() {
    return report(Optional.empty());
  }

  private OutputReport.Made report(Optional<String> labelColumn) {
    return new OutputReport(spark())
        .of(output, new OutputReport.Options(labelColumn, Optional.empty()));
  }

  private static PrintStream quiet() {
    return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
  }
}
