package io.github.ptcspark.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.inference.NativeRuntime;
import io.github.ptcspark.job.testing.FaultyFileSystem;
import io.github.ptcspark.job.testing.PromisingModel;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.Assume;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What the commands say and how they end. */
public class PtcTest extends SparkTest {

  private static final String FAULTY = "spark.hadoop.fs.faulty.impl";

  @Rule public TemporaryFolder folder = new TemporaryFolder();
  @Rule public StandardStreams streams = new StandardStreams();

  private String model;

  @Before
  public void writeModel() {
    model = path("model");
    BundleFiles.of(TestModel.bundle(1)).write(Path.of(model));
  }

  @Test
  public void wrongUseEndsWithTwo() {
    assertThat(PtcCommand.execute("classify", "--model", model)).isEqualTo(2);
    assertThat(streams.error())
        .contains("Missing required options: '--output=DIR', '--input=PATH'");
    assertThat(PtcCommand.execute("clasify")).isEqualTo(2);
    assertThat(PtcCommand.execute("classify", "--long-documents", "never")).isEqualTo(2);
    assertThat(streams.error()).contains("'never' is none of truncate, head-tail, windows");
  }

  @Test
  public void aWrongPolicyEndsWithTwoAndOneLine() throws IOException {
    String unknown =
        "ptc: Cannot use policy \"ptc(fuzzy=very)\": invalid fuzzy: very (off, fuzzy,"
            + " fuzzy-quota)%n".formatted();
    assertThat(classifyNothing(model, "--policy", "ptc(fuzzy=very)")).isEqualTo(2);
    assertThat(streams.error()).isEqualTo(unknown);
    streams.reset();
    Path config = write("classify.properties", "policy = ptc(fuzzy=very)\n");
    assertThat(classifyNothing(model, "--config", config.toString())).isEqualTo(2);
    assertThat(streams.error()).isEqualTo(unknown);
    streams.reset();
    assertThat(
            PtcCommand.execute(
                "sweep",
                "--model",
                model,
                "--input=any.jsonl",
                "--policy=ptc(fuzzy=off|very)",
                "--output",
                path("sweep")))
        .isEqualTo(2);
    assertThat(streams.error()).isEqualTo(unknown);
    streams.reset();
    assertThat(
            PtcCommand.execute(
                "train",
                "--base",
                model,
                "--train=any.jsonl",
                "--validation=0.5",
                "--policy=ptc(layers=9)",
                "--out",
                path("trained")))
        .isEqualTo(2);
    assertThat(streams.error())
        .isEqualTo(
            "ptc: Cannot use policy \"ptc(layers=9)\": invalid layers: 9 (the model has 3"
                + " layers)%n".formatted());
  }

  @Test
  public void whatCannotBeCalibratedIsRefusedBeforeTheInputIsLookedFor() {
    assertThat(calibrate("--agreement=1.5", "--out", path("fast"))).isEqualTo(2);
    assertThat(streams.error())
        .startsWith(
            "ptc: Invalid value for --agreement: 1.5 (between 0 and 1, such as 0.95)%n"
                .formatted());
    streams.reset();
    assertThat(calibrate("--agreement=0.9", "--documents=0", "--out", path("fast"))).isEqualTo(2);
    assertThat(streams.error())
        .startsWith("ptc: Invalid value for --documents: 0 (at least 1)%n".formatted());
    streams.reset();
    assertThat(calibrate("--agreement=0.9", "--out", model)).isEqualTo(1);
    assertThat(streams.error()).contains(model).hasLineCount(1);
    streams.reset();
    assertThat(calibrate("--agreement=0.9", "--policy=none + ratio", "--out", path("fast")))
        .isEqualTo(2);
    streams.reset();
    assertThat(calibrate("--agreement=0.9", "--policy=combining", "--out", path("fast")))
        .isEqualTo(1);
    assertThat(streams.error())
        .isEqualTo(
            "ptc: Cannot calibrate %s: combining(combining-layer=2, combination-tokens=4)"
                    .formatted(model)
                + " prunes nothing%n".formatted());
    streams.reset();
    BundleFiles.of(TestModel.bundle(1, List.of("a", "b"))).write(Path.of(path("other")));
    assertThat(calibrate("--agreement=0.9", "--reference", path("other"), "--out", path("fast")))
        .isEqualTo(1);
    assertThat(streams.error())
        .isEqualTo(
            "ptc: Cannot use %s beside %s: it has other labels, [a, b] instead of [x, y, z]%n"
                .formatted(path("other"), model));
    assertThat(Path.of(path("fast"))).doesNotExist();
  }

  private int calibrate(String... arguments) {
    List<String> all =
        new ArrayList<>(List.of("calibrate", "--model", model, "--input", path("nowhere.jsonl")));
    all.addAll(List.of(arguments));
    return PtcCommand.execute(all.toArray(new String[0]));
  }

  @Test
  public void messagesHoldNothingThatATerminalObeys() {
    assertThat(PtcCommand.execute("import", "--from", path("\u001b[31mred"), "--out", path("out")))
        .isEqualTo(1);
    assertThat(PtcCommand.execute("classify", "--\u001b[31mred")).isEqualTo(2);
    assertThat(streams.error()).contains("\\u001b[31mred").doesNotContain("\u001b");
  }

  @Test
  public void aGpuThatIsNotThereEndsWithOne() {
    Assume.assumeTrue("this machine has a GPU", NativeRuntime.lackOfGpu().isPresent());
    for (String command : new String[] {"classify", "evaluate"}) {
      streams.reset();
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  command, "--model", model, "--input", hostile("crlf.jsonl"), "--device", "gpu"));
      if (command.equals("classify")) {
        arguments.addAll(List.of("--output", path("out")));
      }
      assertThat(PtcCommand.execute(arguments.toArray(new String[0]))).isEqualTo(1);
      assertThat(streams.error())
          .startsWith(
              "ptc: Cannot run with these settings of Spark:%n  --device is gpu: PyTorch finds none"
                      .formatted()
                  + " here;");
    }
    assertThat(Path.of(path("out"))).doesNotExist();
  }

  @Test
  public void aGpuComputesInOnePrecision() {
    assertThat(classify("--input", hostile("crlf.jsonl"), "--device=gpu", "--precision=int8"))
        .isEqualTo(2);
    assertThat(streams.error())
        .contains("--precision int8 does not go with --device gpu, which computes in fp16");
    assertThat(classify("--input", hostile("crlf.jsonl"), "--precision=fp16")).isEqualTo(2);
    assertThat(streams.error())
        .contains("'fp16' is none of auto, fp32, int8, bf16, int8-by-token, int8-by-document");
  }

  @Test
  public void whatCannotBeDoneEndsWithOneAndOneLine() {
    assertThat(classify("--input", path("nowhere.jsonl"))).isEqualTo(1);
    assertThat(streams.error())
        .isEqualTo("ptc: Cannot read %s: it does not exist%n".formatted(path("nowhere.jsonl")));
  }

  @Test
  public void tooManyRejectsEndWithThree() {
    assertThat(classify("--input", hostile("not-json.jsonl"), "--max-reject-ratio", "0.5"))
        .isEqualTo(3);
    assertThat(streams.error())
        .contains("4 of 6 documents were rejected, more than --max-reject-ratio 0.5 allows");
    assertThat(streams.out()).contains("documents    6", "malformed-record");
  }

  @Test
  public void aBrokenPromiseEndsWithFour() {
    model = path("promising");
    PromisingModel.files(21, 0.999).write(Path.of(model));
    String topics = System.getProperty("samples.directory") + "/topics/test.jsonl";
    String[] audited = {"--input", topics, "--audit", "1"};
    assertThat(classify(audited)).isZero();
    assertThat(streams.error()).contains("ptc: the model's promise no longer holds: ");
    assertThat(
            classify(
                Stream.concat(Arrays.stream(audited), Stream.of("--overwrite", "--strict-promise"))
                    .toArray(String[]::new)))
        .isEqualTo(4);
    assertThat(classify("--input", topics, "--audit", "2")).isEqualTo(2);
    assertThat(streams.error()).contains("Invalid audit share: 2.0 (0 to 1)");
  }

  @Test
  public void theCommandLineWinsOverTheFile() throws IOException {
    Path config =
        write(
            "classify.properties",
            """
            model = %s
            input = %s
            output = %s
            max-reject-ratio = 0.1
            """
                .formatted(model, hostile("not-json.jsonl"), path("configured")));

    assertThat(PtcCommand.execute("classify", "--config", config.toString())).isEqualTo(3);
    assertThat(Path.of(path("configured"), "_ptc", "manifest.json")).exists();
    assertThat(
            PtcCommand.execute(
                "classify", "--config", config.toString(), "--overwrite", "--max-reject-ratio=1"))
        .isEqualTo(0);
  }

  @Test
  public void unknownKeysAreRefusedAllAtOnce() throws IOException {
    Path config = write("classify.properties", "modle = x\npolicy = none\nkolor = red\n");

    assertThat(classify("--input", hostile("crlf.jsonl"), "--config", config.toString()))
        .isEqualTo(2);
    assertThat(streams.error())
        .contains("Cannot use " + config + ": unknown keys: kolor, modle (known: ");
    assertThat(Path.of(path("out"))).doesNotExist();
  }

  @Test
  public void theExampleOfAConfigurationIsValid() {
    Path example =
        Path.of(System.getProperty("samples.directory"), "..", "conf", "classify.properties");

    assertThat(
            classify("--input", hostile("crlf.jsonl"), "--config", example.normalize().toString()))
        .isEqualTo(0);
  }

  @Test
  public void aModelMayBeInAnyFileSystem() throws IOException {
    System.setProperty(FAULTY, FaultyFileSystem.class.getName());
    FaultyFileSystem.register(spark().sparkContext().hadoopConfiguration());
    try {
      String there = "faulty:" + model;
      String labelled = labelled("the cat", "the house");
      assertThat(PtcCommand.execute("evaluate", "--model", there, "--input", labelled))
          .isEqualTo(0);
      assertThat(
              PtcCommand.execute(
                  "bench", "--model", there, "--input", labelled, "--documents=1", "--rounds=1"))
          .isEqualTo(0);
      assertThat(train(there, labelled, path("trained"))).isEqualTo(0);
      assertThat(BundleFiles.read(Path.of(path("trained"))).parse().labels()).hasSize(2);

      String nowhere = "faulty:" + path("nowhere");
      for (String command : new String[] {"evaluate", "bench"}) {
        streams.reset();
        assertThat(PtcCommand.execute(command, "--model", nowhere, "--input", labelled))
            .isEqualTo(1);
        assertThat(streams.error())
            .isEqualTo("ptc: Cannot read %s: it does not exist%n".formatted(nowhere));
      }
      streams.reset();
      assertThat(train(nowhere, labelled, path("other"))).isEqualTo(1);
      assertThat(streams.error())
          .isEqualTo("ptc: Cannot read %s: it does not exist%n".formatted(nowhere));
    } finally {
      System.clearProperty(FAULTY);
    }
  }

  @Test
  public void whatIsNoPathIsRefused() {
    for (String command : new String[] {"evaluate", "bench"}) {
      streams.reset();
      assertThat(PtcCommand.execute(command, "--model", "", "--input", "any")).isEqualTo(1);
      assertThat(streams.error()).isEqualTo("ptc: Cannot read \"\": it is no path%n".formatted());
    }
  }

  /** The input does not exist either, which only Spark finds out. */
  @Test
  public void anEncoderIsRefusedBeforeTheInputIsLookedFor() {
    String encoder = path("encoder");
    BundleFiles.of(
            RandomBundles.bundle(
                7, new EncoderShape(2, 32, 4, 64), List.of(), Pooling.MEAN, RandomBundles.PLAIN))
        .write(Path.of(encoder));

    String refusal =
        "ptc: Cannot classify with %s: it is an encoder without a classifier, train one first%n"
            .formatted(encoder);
    assertThat(PtcCommand.execute("evaluate", "--model", encoder, "--input", path("nowhere.jsonl")))
        .isEqualTo(1);
    assertThat(classifyNothing(encoder)).isEqualTo(1);
    assertThat(classifyNothing(encoder, "--dry-run")).isEqualTo(1);
    assertThat(streams.error()).isEqualTo(refusal.repeat(3));
    assertThat(Path.of(path("labels"))).doesNotExist();
  }

  @Test
  public void settingsThatTheModelCannotHaveAreRefusedBeforeTheInputIsLookedFor() {
    assertThat(classifyNothing(model, "--policy", "ptc(layers=9)")).isEqualTo(1);
    assertThat(classifyNothing(model, "--policy", "none", "--dry-run")).isEqualTo(1);
    assertThat(streams.error().lines().toList())
        .hasSize(2)
        .allMatch(line -> line.startsWith("ptc: Cannot "))
        .noneMatch(line -> line.contains("nowhere.jsonl"));
    assertThat(Path.of(path("labels"))).doesNotExist();
  }

  /** Of a corpus that is not there. */
  private int classifyNothing(String bundle, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "classify",
                "--model",
                bundle,
                "--input",
                path("nowhere.jsonl"),
                "--output",
                path("labels")));
    arguments.addAll(List.of(more));
    return PtcCommand.execute(arguments.toArray(String[]::new));
  }

  @Test
  public void bundlesAreWrittenToTheDiskOfThisMachine() {
    String out = "hdfs:///models/my.bundle";
    assertThat(PtcCommand.execute("import", "--from", model, "--out", out)).isEqualTo(2);
    assertThat(train(model, "any.jsonl", out)).isEqualTo(2);
    assertThat(streams.error())
        .contains("'" + out + "' is not on the disk of this machine, where it is to be written");
    assertThat(Path.of("hdfs:")).doesNotExist();
  }

  @Test
  public void aCorpusThatBreaksWhileItIsReadEndsWithOneLine() throws IOException {
    String broken = brokenParquet();
    String read = "ptc: Cannot read %s: ".formatted(broken);

    assertThat(PtcCommand.execute("evaluate", "--model", model, "--input", broken)).isEqualTo(1);
    assertThat(streams.error()).startsWith(read).hasLineCount(1);
    streams.reset();
    assertThat(train(model, broken, path("trained"))).isEqualTo(1);
    assertThat(streams.error()).startsWith(read).hasLineCount(1);
    streams.reset();
    assertThat(PtcCommand.execute("bench", "--model", model, "--input", broken)).isEqualTo(1);
    assertThat(streams.error()).startsWith(read).hasLineCount(1);
    assertThat(Path.of(path("trained"))).doesNotExist();
  }

  @Test
  public void aReportIsWrittenWhereItIsSaid() {
    assertThat(classify("--input", hostile("crlf.jsonl"))).isEqualTo(0);
    assertThat(PtcCommand.execute("report", "--output", path("out"), "--to", path("page.html")))
        .isEqualTo(0);
    assertThat(Path.of(path("page.html"))).content().startsWith("<!doctype html>");
    assertThat(PtcCommand.execute("report", "--output", path("out"), "--to", path("no/page.html")))
        .isEqualTo(1);
    assertThat(streams.error()).contains("ptc: Cannot write the report of " + path("out") + ": ");
    streams.reset();
    assertThat(PtcCommand.execute("report", "--output", path("none"))).isEqualTo(1);
    assertThat(streams.error())
        .isEqualTo("ptc: Cannot report on %s: it does not exist%n".formatted(path("none")));
  }

  @Test
  public void aHeadTakesNoOptionsOfTheOther() {
    assertThat(train("--head=few-shot", "--validation=0.5", "--epochs=3", "--seed=2")).isEqualTo(2);
    assertThat(streams.error())
        .isEqualTo(
            "ptc: Cannot train with --head few-shot and --epochs, --validation%n".formatted());
    streams.reset();
    assertThat(train("--validation=0.5", "--examples-per-class=3")).isEqualTo(2);
    assertThat(streams.error())
        .isEqualTo(
            "ptc: Cannot train with --head fine-tuned and --examples-per-class%n".formatted());
    streams.reset();
    assertThat(train()).isEqualTo(2);
    assertThat(streams.error())
        .isEqualTo("ptc: Cannot train with --head fine-tuned without --validation%n".formatted());
    streams.reset();
    assertThat(train("--head=few-shot", "--examples-per-class=0")).isEqualTo(2);
    assertThat(streams.error())
        .isEqualTo("ptc: Invalid value for --examples-per-class: 0 (at least 1)%n".formatted());
    streams.reset();
    assertThat(train("--head=few-shot", "--policy=saliency")).isEqualTo(1);
    assertThat(streams.error()).startsWith("ptc: Cannot use policy \"saliency\": ");
  }

  @Test
  public void aHeadIsFittedOnExamples() throws IOException {
    String labelled = labelled("the cat", "a film", "the dog", "the music");
    assertThat(
            PtcCommand.execute(
                "train",
                "--head=few-shot",
                "--base",
                model,
                "--train",
                labelled,
                "--examples-per-class=2",
                "--out",
                path("trained")))
        .isEqualTo(0);
    assertThat(streams.out()).contains("fitted on 4 examples of 2 classes in ");
    Bundle trained = BundleFiles.read(Path.of(path("trained"))).parse();
    assertThat(trained.labels()).isEqualTo(TestModel.LABELS.subList(0, 2));
    assertThat(trained.settings().policy()).isEqualTo(TestModel.bundle(1).settings().policy());
  }

  @Test
  public void whatCannotBeTunedIsRefused() throws IOException {
    assertThat(tune("any.jsonl", "--max-accuracy-loss=1", "--documents=0")).isEqualTo(2);
    assertThat(streams.error())
        .isEqualTo(
            "ptc: Invalid value for --documents: 0 (at least 1); for --max-accuracy-loss: 1.0 (0 to"
                + " below 1, such as 0.01)%n".formatted());
    streams.reset();
    String labelled = labelled("the cat", "a film");
    assertThat(tune(labelled)).isEqualTo(1);
    assertThat(streams.error())
        .contains(
            "ptc: Cannot tune on %s: all its 4 documents are examples, none is left to measure"
                .formatted(labelled));
  }

  @Test
  public void everyCommandExplainsItself() {
    for (String command :
        new String[] {"import", "train", "evaluate", "classify", "report", "bench", "tune"}) {
      assertThat(PtcCommand.execute(command, "--help")).isEqualTo(0);
      assertThat(streams.out()).contains("ptc " + command + " --");
    }
  }

  private int classify(String... arguments) {
    String[] all = new String[arguments.length + 5];
    all[0] = "classify";
    all[1] = "--model";
    all[2] = model;
    all[3] = "--output";
    all[4] = path("out");
    System.arraycopy(arguments, 0, all, 5, arguments.length);
    return PtcCommand.execute(all);
  }

  private int train(String... arguments) {
    String[] all = {"train", "--base", model, "--train=any.jsonl", "--out", path("trained")};
    return PtcCommand.execute(
        Stream.concat(Arrays.stream(all), Arrays.stream(arguments)).toArray(String[]::new));
  }

  private int tune(String corpus, String... arguments) {
    String[] all = {"tune", "--model", model, "--task", corpus, "--unseen", corpus};
    return PtcCommand.execute(
        Stream.concat(Arrays.stream(all), Arrays.stream(arguments)).toArray(String[]::new));
  }

  private static int train(String base, String corpus, String out) {
    return PtcCommand.execute(
        "train",
        "--base",
        base,
        "--train",
        corpus,
        "--validation=0.5",
        "--epochs=1",
        "--threads=1",
        "--out",
        out);
  }

  /** A corpus with each text twice under each of two labels of the model. */
  private String labelled(String... texts) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < texts.length; i++) {
      String line =
          "{\"text\": \"%s\", \"label\": \"%s\"}\n"
              .formatted(texts[i], TestModel.LABELS.get(i % 2));
      lines.append(line).append(line);
    }
    return write("labelled.jsonl", lines.toString()).toString();
  }

  /** A file with a sound footer whose pages are not. */
  private String brokenParquet() throws IOException {
    String directory = path("broken.parquet");
    spark()
        .sql("SELECT 'the cat' AS text, '%s' AS label".formatted(TestModel.LABELS.get(0)))
        .coalesce(1)
        .write()
        .parquet(directory);
    try (Stream<Path> files = Files.list(Path.of(directory))) {
      for (Path file : files.toList()) {
        if (file.toString().endsWith(".crc")) {
          Files.delete(file);
        } else if (file.toString().endsWith(".parquet")) {
          byte[] bytes = Files.readAllBytes(file);
          Arrays.fill(bytes, 4, 24, (byte) 0xff);
          Files.write(file, bytes);
        }
      }
    }
    return directory;
  }

  private String path(String name) {
    return folder.getRoot().toPath().resolve(name).toString();
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(Path.of(path(name)), content);
  }

  private static String hostile(String name) {
    return Path.of(System.getProperty("samples.directory"), "hostile", name).toString();
  }
}
