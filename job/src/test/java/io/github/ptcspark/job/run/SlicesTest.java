package io.github.ptcspark.job.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.SettingsChanges;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.job.output.ExistingOutput;
import io.github.ptcspark.job.testing.FaultyFileSystem;
import io.github.ptcspark.spark.Audit;
import io.github.ptcspark.testing.Seed;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Outputs that grow slice by slice, over several runs and over runs that die. */
public class SlicesTest extends SparkTest {

  private static final int DOCUMENTS_IN_A_FILE = 40;

  @Rule public TemporaryFolder folder = new TemporaryFolder();

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  @Rule public final Seed seed = new Seed();
  private final Random random = seed.random();
  private String model;
  private Path input;
  private Path output;
  private String outputName;
  private Optional<Long> sliceBytes = Optional.of(4_000L);
  private List<String> partitionColumns = List.of();
  private List<String> keepColumns = List.of();

  @Before
  public void writeModelAndCorpus() throws IOException {
    FaultyFileSystem.register(spark().sparkContext().hadoopConfiguration());
    model = writeModel("model", 1);
    input = folder.newFolder("corpus").toPath();
    for (String name : List.of("a", "b", "c")) {
      writeFile(name);
    }
    output = folder.getRoot().toPath().resolve("out");
    outputName = output.toString();
  }

  @After
  public void mend() {
    FaultyFileSystem.mend();
  }

  @Test
  public void slicesHoldTheSameRowsAsOneRun() throws IOException {
    run();
    assertThat(parquetFiles()).hasSizeGreaterThan(5);
    List<Row> rows = rows();
    assertThat(rows).hasSize(3 * DOCUMENTS_IN_A_FILE);

    sliceBytes = Optional.empty();
    useOutput("whole");
    run();
    assertThat(parquetFiles()).hasSize(1);
    assertThat(rows()).isEqualTo(rows);
  }

  @Test
  public void aRunThatDiesAtAnyInstantIsTakenUp() throws IOException {
    run();
    List<Row> expected = rows();
    int changes = changesOfARun();

    for (int i = 0; i < 10; i++) {
      useOutput("dying-" + i);
      outputName = "faulty:" + output;
      // The first death early, so that nothing is committed; the others anywhere.
      int deaths = 0;
      int instant = i == 0 ? 3 : random.nextInt(changes);
      while (deaths < 2) {
        FaultyFileSystem.failAfterChanges(instant);
        try {
          run();
          break;
        } catch (JobException e) {
          deaths++;
        } finally {
          FaultyFileSystem.mend();
          // Also of a run that died only when it gave the lock back.
          leaveTheLockOfADeadProcess();
        }
        assertThat(rowsSoFar()).as("instant %d", instant).isSubsetOf(expected);
        instant = random.nextInt(changes);
      }
      run();
      assertThat(rows()).as("instant %d of %d", instant, changes).isEqualTo(expected);
      assertThat(output.resolve("_ptc").toFile().list()).doesNotContain("staging", "lock");
    }
  }

  /** A file system that fails once and is well again, while the run tidies up after itself. */
  @Test
  public void oneFailureLosesNothingThatIsCommitted() throws IOException {
    run();
    List<Row> expected = rows();
    int changes = changesOfARun();

    for (int i = 0; i < 12; i++) {
      useOutput("failing-" + i);
      outputName = "faulty:" + output;
      int instant = random.nextInt(changes);
      FaultyFileSystem.failOnceAfterChanges(instant);
      try {
        run();
      } catch (JobException e) {
        assertThat(e).hasMessageContaining("the process died here");
      } finally {
        FaultyFileSystem.mend();
        leaveTheLockOfADeadProcess();
      }
      run();
      assertThat(rows()).as("instant %d of %d", instant, changes).isEqualTo(expected);
    }
  }

  @Test
  public void keptColumnsStayOfTheTypeThatTheyHaveInTheOutput() throws IOException {
    for (String name : List.of("a", "b", "c")) {
      Files.delete(input.resolve(name + ".jsonl"));
    }
    keepColumns = List.of("price");
    Files.writeString(input.resolve("a.jsonl"), "{\"text\":\"the cat\",\"price\":1}\n");
    run();
    Files.writeString(
        input.resolve("b.jsonl"),
        "{\"text\":\"the dog\",\"price\":1.5}\n{\"text\":\"the house\",\"price\":2}\n");
    assertThat(run().counts().documents()).isEqualTo(2);

    List<Row> rows =
        spark()
            .read()
            .option("mergeSchema", true)
            .parquet(output.toString())
            .selectExpr("price", "error.code")
            .collectAsList();
    assertThat(rows)
        .containsExactlyInAnyOrder(
            RowFactory.create(1L, null),
            RowFactory.create(2L, null),
            RowFactory.create(null, "malformed-record"));
  }

  @Test
  public void aReplacementThatDiedBeginsAnewWhereFilesHaveChanged() throws IOException {
    run();
    outputName = "faulty:" + output;
    FaultyFileSystem.failAfterChanges(30);
    assertThatThrownBy(() -> run(ExistingOutput.REPLACE)).isInstanceOf(JobException.class);
    FaultyFileSystem.mend();
    leaveTheLockOfADeadProcess();
    assertThat(output.resolve("_ptc/staging")).isNotEmptyDirectory();

    for (String name : List.of("a", "b", "c")) {
      Files.writeString(input.resolve(name + ".jsonl"), "{\"text\":\"only one\"}\n");
    }
    RunSummary summary = run(ExistingOutput.REPLACE);
    assertThat(summary.changes().isEmpty()).isTrue();
    assertThat(rows()).hasSize(3);
  }

  @Test
  public void overwriteTakesUpAFirstRunThatDied() throws IOException {
    outputName = "faulty:" + output;
    FaultyFileSystem.failAfterChanges(30);
    assertThatThrownBy(() -> run(ExistingOutput.REPLACE)).isInstanceOf(JobException.class);
    FaultyFileSystem.mend();
    leaveTheLockOfADeadProcess();
    int committed = parquetFiles().size();
    assertThat(committed).isPositive();

    run(ExistingOutput.REPLACE);
    assertThat(said()).contains("slices are done");
    assertThat(rows()).hasSize(3 * DOCUMENTS_IN_A_FILE);
    assertThat(output.resolve("_ptc/staging")).doesNotExist();
  }

  @Test
  public void newFilesAreClassifiedAndChangesReported() throws IOException {
    run();
    List<Row> before = rows();

    assertThat(run().counts().documents()).isZero();
    assertThat(said()).contains("slices are done, 0 to do");

    writeFile("d");
    assertThat(run().counts().documents()).isEqualTo(DOCUMENTS_IN_A_FILE);
    assertThat(rows()).hasSize(4 * DOCUMENTS_IN_A_FILE).containsAll(before);

    Files.delete(input.resolve("a.jsonl"));
    Files.setLastModifiedTime(input.resolve("b.jsonl"), FileTime.fromMillis(1_000_000));
    RunSummary summary = run();
    assertThat(summary.counts().documents()).isZero();
    assertThat(summary.changes().changed().first())
        .containsExactly(input.resolve("b.jsonl").toString());
    assertThat(summary.changes().vanished().first())
        .containsExactly(input.resolve("a.jsonl").toString());
    assertThat(said())
        .contains(
            "b.jsonl has changed since it was classified",
            "a.jsonl has vanished since it was classified",
            "--overwrite classifies everything anew");
    assertThat(manifest().at("/run/changed_files/count").asInt()).isEqualTo(1);
    assertThat(manifest().at("/counts/documents").asInt()).isEqualTo(4 * DOCUMENTS_IN_A_FILE);
  }

  @Test
  public void aPlanSaysWhatIsToDoAndWritesNothing() throws IOException {
    String plan = newRun(ExistingOutput.EXTEND).plan().text();
    assertThat(plan)
        .contains("3 files, jsonl", "documents; 0 slices are done", "documents a second and core")
        .contains("about %s documents".formatted(3 * DOCUMENTS_IN_A_FILE))
        .contains("an executor needs ", "on 2 cores", "nothing was written");
    assertThat(output).doesNotExist();

    run();
    assertThat(newRun(ExistingOutput.EXTEND).plan().text())
        .contains("0 slices, 0.0 MiB, 0 documents; %s slices".formatted(parquetFiles().size()));
    assertThat(newRun(ExistingOutput.REPLACE).plan().text())
        .contains("%s slices,".formatted(parquetFiles().size()), "; 0 slices are done");
  }

  @Test
  public void anotherModelIsRefusedAndReplacesTheOutputOnRequest() throws IOException {
    run();
    List<Row> first = rows();
    String digest = BundleFiles.read(Path.of(model)).digest();
    model = writeModel("other", 2);
    String other = BundleFiles.read(Path.of(model)).digest();

    assertThatThrownBy(this::run)
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot add to %s: it has model digest %s, not %s; --overwrite replaces it"
                .formatted(output, digest, other));
    assertThat(rows()).isEqualTo(first);

    // A replacement that dies leaves the output as it was, and is taken up by the same command.
    outputName = "faulty:" + output;
    FaultyFileSystem.failAfterChanges(30);
    assertThatThrownBy(() -> run(ExistingOutput.REPLACE)).isInstanceOf(JobException.class);
    FaultyFileSystem.mend();
    leaveTheLockOfADeadProcess();
    assertThat(rows()).isEqualTo(first);
    RunSummary replacing = run(ExistingOutput.REPLACE);
    assertThat(replacing.total().documents()).isEqualTo(3 * DOCUMENTS_IN_A_FILE);
    assertThat(rows()).hasSize(3 * DOCUMENTS_IN_A_FILE).isNotEqualTo(first);
    assertThat(manifest().at("/model/digest").asText()).isEqualTo(other);
    assertThat(output.resolve("_ptc/staging")).doesNotExist();
  }

  @Test
  public void aFullDiskLeavesTheCommittedSlices() throws IOException {
    outputName = "faulty:" + output;
    FaultyFileSystem.fullAfterBytes(1_000_000);
    run();
    List<Row> expected = rows();
    long needed = 1_000_000 - FaultyFileSystem.bytesLeft();
    useOutput("full");
    outputName = "faulty:" + output;
    FaultyFileSystem.fullAfterBytes(needed / 2);

    assertThatThrownBy(this::run)
        .isInstanceOf(JobException.class)
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("slices are committed; the same command goes on from there");
    FaultyFileSystem.mend();
    assertThat(rowsSoFar()).isNotEmpty().isSubsetOf(expected);
    run();
    assertThat(rows()).isEqualTo(expected);
  }

  @Test
  public void anOutputThatCannotBeWrittenIsRefusedBeforeAnyWork() {
    outputName = "faulty:" + output;
    FaultyFileSystem.failAfterChanges(0);

    assertThatThrownBy(this::run)
        .isInstanceOf(JobException.class)
        .hasMessage("Cannot write %s: the process died here".formatted(outputName));
  }

  @Test
  public void partitionColumnsBecomeDirectories() throws IOException {
    run();
    List<Row> expected = rows();
    useOutput("by-label");
    partitionColumns = List.of("label");
    run();

    assertThat(output.toFile().list((directory, name) -> name.startsWith("label=")))
        .isNotEmpty()
        .allMatch(name -> TestModel.LABELS.contains(name.substring("label=".length())));
    assertThat(rows()).isEqualTo(expected);
    assertThat(spark().read().parquet(outputName).count()).isEqualTo(3 * DOCUMENTS_IN_A_FILE);
  }

  /** How often a whole run changes something in the file system. */
  private int changesOfARun() {
    FaultyFileSystem.failAfterChanges(1_000_000);
    useOutput("counted");
    outputName = "faulty:" + output;
    run();
    return (int) (1_000_000 - FaultyFileSystem.changesLeft());
  }

  private RunSummary run() {
    return run(ExistingOutput.EXTEND);
  }

  private RunSummary run(ExistingOutput existing) {
    said.reset();
    return newRun(existing).run();
  }

  private ClassifyRun newRun(ExistingOutput existing) {
    return new ClassifyRun(
        spark(),
        BundleFiles.read(Path.of(model)),
        new ClassifyOptions(
            model,
            SettingsChanges.NONE,
            new CorpusOptions(
                List.of(input.toString()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                keepColumns),
            outputName,
            existing,
            partitionColumns,
            sliceBytes,
            1.0,
            Audit.NONE,
            false),
        new PrintStream(said, true, StandardCharsets.UTF_8));
  }

  private void useOutput(String name) {
    output = folder.getRoot().toPath().resolve(name);
    outputName = output.toString();
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  private List<Row> rows() {
    return spark()
        .read()
        .parquet(output.toString())
        .drop("millis")
        .selectExpr(
            "id",
            "label",
            "label_id",
            "score",
            "scores",
            "status",
            "tokens",
            "tokens_kept",
            "cost",
            "stats")
        .orderBy("id")
        .collectAsList();
  }

  /** The rows that readers meet after a death, perhaps none. */
  private List<Row> rowsSoFar() throws IOException {
    return parquetFiles().isEmpty() ? List.of() : rows();
  }

  private List<Path> parquetFiles() throws IOException {
    if (!Files.exists(output)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(output)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
  }

  private JsonNode manifest() throws IOException {
    return new ObjectMapper().readTree(output.resolve("_ptc/manifest.json").toFile());
  }

  /** This process lives on; the lock that it left gets the number of one that does not. */
  private void leaveTheLockOfADeadProcess() throws IOException {
    Process process = new ProcessBuilder("true").start();
    process.onExit().join();
    ObjectMapper mapper = new ObjectMapper();
    File lock = output.resolve("_ptc/lock").toFile();
    if (lock.length() > 0) {
      ObjectNode holder = (ObjectNode) mapper.readTree(lock);
      holder.put("process", process.pid());
      mapper.writeValue(lock, holder);
    }
  }

  private String writeModel(String name, long seed) {
    Path directory = folder.getRoot().toPath().resolve(name);
    BundleFiles.of(TestModel.bundle(seed)).write(directory);
    return directory.toString();
  }

  private void writeFile(String name) throws IOException {
    StringBuilder lines = new StringBuilder();
    Random words = new Random(name.hashCode());
    for (int i = 0; i < DOCUMENTS_IN_A_FILE; i++) {
      lines.append("{\"text\":\"");
      for (int word = 0; word < 20 + words.nextInt(40); word++) {
        lines.append(Integer.toString(words.nextInt(5000), 36)).append(' ');
      }
      lines.append("\"}\n");
    }
    Files.writeString(input.resolve(name + ".jsonl"), lines);
  }
}
