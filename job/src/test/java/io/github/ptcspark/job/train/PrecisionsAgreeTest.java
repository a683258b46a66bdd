package io.github.ptcspark.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.importing.ModelImporter;
import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.NativeRuntime;
import io.github.ptcspark.inference.Placement;
import io.github.ptcspark.inference.Precisions;
import io.github.ptcspark.inference.PreparedText;
import io.github.ptcspark.inference.Processor;
import io.github.ptcspark.inference.TrainingPrecision;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import io.github.ptcspark.testing.Policies;
import io.github.ptcspark.testing.SampleTexts;
import io.github.ptcspark.testing.SparkTest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Assume;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * A trained classifier that prunes and combines gives news the same topics in every precision, but
 * for documents near a tie.
 */
public class PrecisionsAgreeTest extends SparkTest {

  private static final int TRAINING_DOCUMENTS_OF_A_CLASS = 40;
  private static final int TEST_DOCUMENTS = 400;

  /** Sixteen bits take a processor several times as long. */
  private static final int FEW_DOCUMENTS = 200;

  private static final TrainingOptions OPTIONS =
      new TrainingOptions(5, 3e-4, 0.1, 0.01, 1, 0.1, 2048, 16, 128, 1, 2, TrainingPrecision.FP32);

  @ClassRule public static final TemporaryFolder FOLDER = new TemporaryFolder();

  private static Bundle bundle;
  private static List<String> texts;
  private static List<String> truth;
  private static List<String> exact;

  @BeforeClass
  public static void train() throws IOException {
    Path test = SampleTexts.corpus("r8/test.jsonl");
    bundle = train(someOfEachClass(SampleTexts.corpus("r8/train.jsonl")));
    texts = SampleTexts.texts(test).subList(0, TEST_DOCUMENTS);
    truth = SampleTexts.field(test, "label");
    exact = labels(TEST_DOCUMENTS, Precision.FP32, Placement.CPU);
  }

  @Test
  public void eightBits() {
    check("int8", labels(TEST_DOCUMENTS, Precision.INT8, Placement.CPU));
  }

  @Test
  public void bfloat16() {
    Optional<String> lack = Precisions.lack(Precision.BF16, Processor.current());
    lack.ifPresent(what -> System.err.println("SKIPPED: this processor lacks " + what));
    Assume.assumeTrue("there is no bf16", lack.isEmpty());
    check("bf16", labels(FEW_DOCUMENTS, Precision.BF16, Placement.CPU));
  }

  /** What a GPU computes, packed as there, on the processor. */
  @Test
  public void sixteenBits() {
    check("fp16 on the CPU", labels(FEW_DOCUMENTS, Precision.FP16, Placement.CPU));
  }

  @Test
  public void sixteenBitsOnAGpu() {
    if (NativeRuntime.lackOfGpu().isPresent()) {
      System.err.println("SKIPPED: there is no GPU on this machine");
    }
    Assume.assumeTrue("there is no GPU", NativeRuntime.lackOfGpu().isEmpty());
    check("fp16 on a GPU", labels(TEST_DOCUMENTS, Precision.FP16, Placement.gpu(0)));
  }

  private static void check(String name, List<String> labels) {
    int agreeing = 0;
    int right = 0;
    int documents = labels.size();
    for (int i = 0; i < documents; i++) {
      agreeing += exact.get(i).equals(labels.get(i)) ? 1 : 0;
      right += labels.get(i).equals(truth.get(i)) ? 1 : 0;
    }
    System.out.printf(
        "%s against fp32, trained model, %d documents (r8): %d labels agree, %d are right%n",
        name, documents, agreeing, right);
    assertThat(agreeing).isGreaterThanOrEqualTo((int) (0.99 * documents));
    assertThat(right).isGreaterThan((int) (0.8 * documents));
  }

  private static Bundle train(String corpus) {
    Bundle base =
        ModelImporter.importFrom("minilm", Path.of(System.getProperty("models.directory")));
    ModelSettings settings =
        new ModelSettings(
            Policies.ptc(0.9, Fuzzy.FUZZY, Scope.TOKENS, 2, 1, 4, 8, 8),
            Precision.INT8,
            LongDocuments.TRUNCATE);
    Path out = FOLDER.getRoot().toPath().resolve("model.bundle");
    new TrainRun(spark(), base, settings, OPTIONS)
        .run(
            new CorpusOptions(
                List.of(corpus),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of("label")),
            new ValidationSource.OfRatio(0.1),
            out,
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    return BundleFiles.read(out).parse();
  }

  private static String someOfEachClass(Path corpus) throws IOException {
    List<String> lines = Files.readAllLines(corpus);
    List<String> labels = SampleTexts.field(corpus, "label");
    Map<String, Integer> taken = new HashMap<>();
    List<String> some = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (taken.merge(labels.get(i), 1, Integer::sum) <= TRAINING_DOCUMENTS_OF_A_CLASS) {
        some.add(lines.get(i));
      }
    }
    return Files.write(FOLDER.getRoot().toPath().resolve("train.jsonl"), some).toString();
  }

  private static List<String> labels(int documents, Precision precision, Placement placement) {
    ModelSettings settings =
        new ModelSettings(bundle.settings().policy(), precision, bundle.settings().longDocuments());
    try (Classifier classifier = new Classifier(bundle, settings, placement)) {
      List<PreparedText> read =
          texts.subList(0, documents).stream().map(classifier::prepare).toList();
      return classifier.classify(read).stream().map(Classification::label).toList();
    }
  }
}
