package io.github.ptcspark.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.importing.ModelImporter;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.pruning.PtcPolicy;
import io.github.ptcspark.pruning.PtcPolicy.Fuzzy;
import io.github.ptcspark.pruning.PtcPolicy.Scope;
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
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** A trained classifier that prunes and combines gives news the same topics in int8 as in fp32. */
public class Int8AgreementTest extends SparkTest {

  private static final int TRAINING_DOCUMENTS_OF_A_CLASS = 40;
  private static final int TEST_DOCUMENTS = 600;
  private static final TrainingOptions OPTIONS =
      new TrainingOptions(3, 3e-4, 0.1, 0.01, 1, 0.1, 2048, 16, 128, 1, 2);

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Test
  public void labelsAgree() throws IOException {
    Path test = SampleTexts.corpus("r8/test.jsonl");
    Bundle bundle = train(someOfEachClass(SampleTexts.corpus("r8/train.jsonl")));
    List<String> texts = SampleTexts.texts(test).subList(0, TEST_DOCUMENTS);
    List<String> truth = SampleTexts.field(test, "label");
    List<String> exact = labels(bundle, Precision.FP32, texts);
    List<String> quantized = labels(bundle, Precision.INT8, texts);

    int agreeing = 0;
    int right = 0;
    for (int i = 0; i < TEST_DOCUMENTS; i++) {
      agreeing += exact.get(i).equals(quantized.get(i)) ? 1 : 0;
      right += quantized.get(i).equals(truth.get(i)) ? 1 : 0;
    }
    System.out.printf(
        "int8 against fp32, trained model, %d documents (r8): %d labels agree, %d are right%n",
        TEST_DOCUMENTS, agreeing, right);
    assertThat(agreeing).isGreaterThanOrEqualTo((int) (0.99 * TEST_DOCUMENTS));
    assertThat(right).isGreaterThan((int) (0.8 * TEST_DOCUMENTS));
  }

  private Bundle train(String corpus) {
    Bundle base =
        ModelImporter.importFrom("minilm", Path.of(System.getProperty("models.directory")));
    ModelSettings settings =
        new ModelSettings(
            new PtcPolicy(0.9, Fuzzy.FUZZY, Scope.TOKENS, 2, 4, 8, 8),
            Precision.INT8,
            LongDocuments.TRUNCATE);
    Path out = folder.getRoot().toPath().resolve("model.bundle");
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

  private String someOfEachClass(Path corpus) throws IOException {
    List<String> lines = Files.readAllLines(corpus);
    List<String> labels = SampleTexts.field(corpus, "label");
    Map<String, Integer> taken = new HashMap<>();
    List<String> some = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (taken.merge(labels.get(i), 1, Integer::sum) <= TRAINING_DOCUMENTS_OF_A_CLASS) {
        some.add(lines.get(i));
      }
    }
    return Files.write(folder.getRoot().toPath().resolve("train.jsonl"), some).toString();
  }

  private static List<String> labels(Bundle bundle, Precision precision, List<String> texts) {
    ModelSettings settings =
        new ModelSettings(bundle.settings().policy(), precision, bundle.settings().longDocuments());
    try (Classifier classifier = new Classifier(bundle, settings)) {
      return texts.stream().map(text -> classifier.classify(text).label()).toList();
    }
  }
}
