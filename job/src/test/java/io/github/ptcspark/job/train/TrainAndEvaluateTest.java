package io.github.ptcspark.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.Processor;
import io.github.ptcspark.inference.TrainingPrecision;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.Scope;
import io.github.ptcspark.pruning.methods.Ratio.Fuzzy;
import io.github.ptcspark.testing.Policies;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.SparkTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class TrainAndEvaluateTest extends SparkTest {

  private static final ModelSettings SETTINGS =
      new ModelSettings(
          Policies.ptc(0.9, Fuzzy.FUZZY, Scope.TOKENS, 2, 1, 3, 4, 8),
          Precision.INT8,
          LongDocuments.TRUNCATE);
  private static final TrainingOptions OPTIONS =
      new TrainingOptions(8, 5e-3, 0.1, 0.01, 1, 0.1, 4096, 8, 512, 1, 1, TrainingPrecision.FP32);
  private static final String ANIMALS = "the cat and the dog in the house";
  private static final String FILMS = "it is a good film of the player";

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final Bundle base =
      RandomBundles.bundle(
          11, new EncoderShape(4, 32, 4, 64), List.of(), Pooling.MEAN, RandomBundles.PLAIN);
  private final ByteArrayOutputStream console = new ByteArrayOutputStream();

  @Test
  public void aTrainedModelIsWrittenWithItsProvenanceAndEvaluates() throws IOException {
    String corpus = corpus("train.jsonl", 12, "{\"text\": \"no label\", \"label\": null}\n");
    Path out = folder.getRoot().toPath().resolve("model.bundle");
    TrainSummary summary = train(corpus, new ValidationSource.OfRatio(0.25), out);

    BundleFiles files = BundleFiles.read(out);
    Bundle bundle = files.parse();
    assertThat(files.digest()).isEqualTo(summary.digest());
    assertThat(bundle.labels()).containsExactly("animals", "films");
    assertThat(bundle.settings()).isEqualTo(SETTINGS);
    assertThat(bundle.provenance().source()).isEqualTo(base.provenance().source());
    Map<String, Object> details = bundle.provenance().details();
    assertThat(details)
        .containsKeys("base", "training", "options", "best_epoch", "epochs", "versions")
        .containsEntry("processor", Processor.current().name());
    assertThat(details.get("options").toString()).contains("precision=fp32");
    assertThat((List<?>) details.get("epochs")).hasSize(8);
    assertThat(details.get("training").toString())
        .contains("documents=18", "validation_documents=6", "skipped=1", "sha256=");
    assertThat(summary.text())
        .contains("trained on 18 documents of 2 classes, validated on 6, with products in fp32");
    assertThat(console.toString(StandardCharsets.UTF_8))
        .contains("1 documents without a text or a label, or unreadable, are left out")
        .contains("epoch 8 of 8: training loss ");

    EvaluationReport report =
        new Evaluation(spark(), files, bundle.settings())
            .run(
                options(corpus("test.jsonl", 5, "{\"text\": \" \", \"label\": \"animals\"}\nx\n")));
    assertThat(report.documents()).isEqualTo(12);
    assertThat(report.rejected()).isEqualTo(2);
    assertThat(report.metrics().documents()).isEqualTo(10);
    assertThat(report.metrics().accuracy()).isEqualTo(1.0);
    assertThat(report.digest()).isEqualTo(files.digest());
    try (Classifier classifier = new Classifier(bundle, bundle.settings())) {
      double cost =
          (classifier.classify(ANIMALS).statistics().cost()
                  + classifier.classify(FILMS).statistics().cost())
              / 2;
      assertThat(report.meanCost()).isCloseTo(cost, within(1e-9));
    }
  }

  @Test
  public void validationMayHaveItsOwnDocuments() throws IOException {
    String training = corpus("train.jsonl", 4, "");
    CorpusOptions validation = options(corpus("validation.jsonl", 3, ""));
    Path out = folder.getRoot().toPath().resolve("model.bundle");
    TrainSummary summary = train(training, new ValidationSource.OfCorpus(validation), out);
    assertThat(summary.data().training()).hasSize(8);
    assertThat(summary.data().validation()).hasSize(6);
  }

  @Test
  public void anOutputThatExistsIsRefusedBeforeAnyWork() throws IOException {
    Path out = folder.newFolder("model.bundle").toPath();
    Files.writeString(out.resolve("file"), "mine");
    assertThatThrownBy(() -> train("missing.jsonl", new ValidationSource.OfRatio(0.25), out))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(out.toString());
  }

  @Test
  public void unknownLabelsAreNamed() throws IOException {
    String file = file("test.jsonl", "{\"text\": \"one\", \"label\": \"x\"}\n");
    assertThatThrownBy(() -> evaluate(file))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot evaluate on %s: the model does not know label \"x\" (it knows \"a\", \"b\")"
                .formatted(file));
  }

  @Test
  public void aCorpusWithoutLabelsOrDocumentsIsRefused() throws IOException {
    String unlabelled = file("unlabelled.jsonl", "{\"text\": \"one\", \"label\": null}\n");
    assertThatThrownBy(() -> evaluate(unlabelled))
        .isInstanceOf(JobException.class)
        .hasMessage("Cannot evaluate on %s: no document has a label".formatted(unlabelled));
  }

  @Test
  public void documentsWithoutATrueLabelAreNotScored() throws IOException {
    String file =
        file(
            "test.jsonl",
            """
            {"text": "one", "label": null}
            {"text": "two", "label": "a"}
            {"text": "one", "label": ""}
            {"text": "one", "label": " "}
            """);
    EvaluationReport report = evaluate(file);
    assertThat(report.unlabelled()).isEqualTo(3);
    assertThat(report.metrics().documents()).isEqualTo(1);
  }

  private EvaluationReport evaluate(String file) {
    Bundle bundle =
        RandomBundles.bundle(
            5,
            new EncoderShape(2, 32, 4, 64),
            List.of("a", "b"),
            Pooling.MEAN,
            RandomBundles.PLAIN);
    return new Evaluation(spark(), BundleFiles.of(bundle), bundle.settings()).run(options(file));
  }

  private TrainSummary train(String corpus, ValidationSource validation, Path out) {
    return new TrainRun(spark(), base, SETTINGS, OPTIONS)
        .run(
            options(corpus),
            validation,
            out,
            new PrintStream(console, true, StandardCharsets.UTF_8));
  }

  private String corpus(String name, int documents, String more) throws IOException {
    String pair =
        "{\"text\": \"%s\", \"label\": \"animals\"}\n{\"text\": \"%s\", \"label\": \"films\"}\n"
            .formatted(ANIMALS, FILMS);
    return file(name, pair.repeat(documents) + more);
  }

  private String file(String name, String content) throws IOException {
    Path file = folder.getRoot().toPath().resolve(name);
    Files.writeString(file, content);
    return file.toString();
  }

  private static CorpusOptions options(String file) {
    return new CorpusOptions(
        List.of(file), Optional.empty(), Optional.empty(), Optional.empty(), List.of("label"));
  }
}
