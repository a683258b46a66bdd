package io.github.ptcspark.job.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.job.output.ExistingOutput;
import io.github.ptcspark.spark.Audit;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Nothing is committed of files that were not read as they were listed. */
public class FilesThatChangeTest extends SparkTest {

  private static final String LINE = "{\"text\":\"the cat\"}\n";

  @Rule public TemporaryFolder folder = new TemporaryFolder();

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private Path model;
  private Path output;
  private Path input;

  /** Local files that lose their second half when they are opened. */
  public static final class Shrinking extends RawLocalFileSystem {

    @Override
    public URI getUri() {
      return URI.create("shrinking:///");
    }

    @Override
    public String getScheme() {
      return "shrinking";
    }

    @Override
    public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
      FileStatus status = super.getFileStatus(path);
      return new FileStatus(
          status.getLen(),
          status.isDirectory(),
          1,
          status.getBlockSize(),
          status.getModificationTime(),
          status.getPath());
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path path, int buffer) throws IOException {
      Path file = Path.of(path.toUri().getPath());
      if (Files.size(file) > LINE.length()) {
        Files.writeString(file, LINE);
      }
      return super.open(path, buffer);
    }
  }

  @Before
  public void writeModel() throws IOException {
    model = folder.getRoot().toPath().resolve("model");
    output = folder.getRoot().toPath().resolve("labels");
    input = Files.createDirectory(folder.getRoot().toPath().resolve("in"));
    BundleFiles.of(TestModel.bundle(1)).write(model);
    spark()
        .sparkContext()
        .hadoopConfiguration()
        .set("fs.shrinking.impl", Shrinking.class.getName());
  }

  @Test
  public void aFileThatShrinksIsToldAndNothingIsCommitted() throws IOException {
    Path file = Files.writeString(input.resolve("a.jsonl"), LINE.repeat(2));
    assertThatThrownBy(() -> run("shrinking:" + input))
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith(
            "Cannot read shrinking:%s: it has changed since it was listed, from %s to %s bytes",
            file, 2 * LINE.length(), LINE.length())
        .hasMessageContaining("0 of 1 slices are committed");
    try (Stream<Path> files = Files.walk(output)) {
      assertThat(files.map(Path::toString).filter(name -> name.endsWith(".parquet"))).isEmpty();
    }
    assertThat(run("shrinking:" + input).counts().documents()).isEqualTo(1);
  }

  @Test
  public void filesWithoutDocumentsAreNamed() throws IOException {
    Files.writeString(input.resolve("a.jsonl"), LINE);
    Path blank = Files.writeString(input.resolve("blank.jsonl"), "\n");
    assertThat(run(input.toString()).counts().documents()).isEqualTo(1);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("ptc: %s has no documents".formatted(blank))
        .doesNotContain("a.jsonl has");
  }

  private RunSummary run(String corpus) {
    return new ClassifyRun(
            spark(),
            BundleFiles.read(model),
            new ClassifyOptions(
                model.toString(),
                SettingsChanges.NONE,
                CorpusOptions.of(corpus),
                output.toString(),
                ExistingOutput.EXTEND,
                List.of(),
                Optional.empty(),
                1.0,
                Audit.NONE,
                false),
            new PrintStream(said, true, StandardCharsets.UTF_8))
        .run();
  }
}
