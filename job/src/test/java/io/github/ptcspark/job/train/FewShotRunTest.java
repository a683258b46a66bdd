package io.github.ptcspark.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.FloatTensor;
import io.github.ptcspark.bundle.LongDocuments;
import io.github.ptcspark.bundle.ModelSettings;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.bundle.Precision;
import io.github.ptcspark.bundle.TensorNames;
import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.Embedder;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.Seed;
import io.github.ptcspark.testing.SparkTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class FewShotRunTest extends SparkTest {

  private static final EncoderShape SHAPE = new EncoderShape(3, 32, 4, 64);
  private static final ModelSettings SETTINGS =
      new ModelSettings(
          PolicyText.parse("quantile(min-length=4, minimum-tokens=3, layer=2)")
              .toRun(PruningPolicy.NONE, SHAPE),
          Precision.INT8,
          LongDocuments.WINDOWS);
  private static final String OUTSIDE = "elsewhere";

  @Rule public final TemporaryFolder folder = new TemporaryFolder();
  @Rule public final Seed seed = new Seed();

  private final Bundle base =
      RandomBundles.bundle(7, SHAPE, 32, List.of(), Pooling.MEAN, RandomBundles.PLAIN);

  /** From the formula: the best logit of a class, and the threshold where it is not reached. */
  @Test
  public void aDocumentUnderTheThresholdIsOutOfScope() throws IOException {
    String corpus = corpus(6, OUTSIDE);
    FewShotSummary summary = run(corpus, "first", Optional.of(5), Optional.of(OUTSIDE));
    BundleFiles files = BundleFiles.read(path("first"));
    Bundle bundle = files.parse();
    assertThat(files.digest()).isEqualTo(summary.digest());
    assertThat(bundle.labels()).containsExactly("animals", "films", "places", OUTSIDE);
    assertThat(bundle.settings()).isEqualTo(SETTINGS);
    assertThat(bundle.weights().tensors().get(TensorNames.POSITION_EMBEDDINGS).toArray())
        .containsExactly(base.weights().tensors().get(TensorNames.POSITION_EMBEDDINGS).toArray());
    assertThat(bundle.provenance().details().get("training").toString())
        .contains("documents=15", "out_of_scope_documents=5");
    assertThat(bundle.provenance().details().get("options").toString())
        .contains("head=few-shot", "examples_per_class=5", "seed=3");
    double threshold = summary.threshold().orElseThrow().logit();
    assertThat(bundle.provenance().details().get("out_of_scope").toString())
        .contains("label=" + OUTSIDE, "logit=" + threshold);
    assertThat(summary.text()).contains("fitted on 15 examples of 3 classes in ");

    FloatTensor weight = bundle.weights().tensors().get("classifier.weight");
    float[] weights = weight.toArray();
    float[] biases = bundle.weights().tensors().get("classifier.bias").toArray();
    assertThat(biases[3]).isEqualTo((float) threshold);
    int outside = 0;
    Random random = seed.random();
    try (Embedder embedder = new Embedder(base, SETTINGS, List.of());
        Classifier classifier = new Classifier(bundle, bundle.settings())) {
      for (int n = 0; n < 60; n++) {
        String text = text(random, n % 4);
        double[] embedding = embedder.embed(List.of(text), SETTINGS.policy()).get(0);
        int best = -1;
        double most = 0;
        for (int label = 0; label < 3; label++) {
          double logit = biases[label];
          for (int i = 0; i < SHAPE.hidden(); i++) {
            logit += weights[label * SHAPE.hidden() + i] * embedding[i];
          }
          if (best < 0 || logit > most) {
            best = label;
            most = logit;
          }
        }
        if (Math.abs(most - threshold) > 1e-4) {
          Classification result = classifier.classify(text);
          String expected = most < threshold ? OUTSIDE : bundle.labels().get(best);
          assertThat(result.label()).as(text).isEqualTo(expected);
          outside += result.label().equals(OUTSIDE) ? 1 : 0;
        }
      }
    }
    assertThat(outside).isBetween(5, 30);

    EvaluationReport report =
        new Evaluation(spark(), files, bundle.settings()).run(options(corpus));
    assertThat(report.metrics().labels()).contains(OUTSIDE);
    assertThat(report.metrics().accuracy()).isGreaterThan(0.7);
  }

  @Test
  public void theSameSeedGivesTheSameModel() throws IOException {
    String corpus = corpus(6, OUTSIDE);
    String digest = run(corpus, "a", Optional.of(2), Optional.empty()).digest();
    assertThat(run(corpus, "b", Optional.of(2), Optional.empty()).digest()).isEqualTo(digest);
    assertThat(BundleFiles.read(path("a")).parse().labels())
        .containsExactly("animals", OUTSIDE, "films", "places");
  }

  @Test
  public void whatCannotBeLearntIsRefused() throws IOException {
    String corpus = corpus(2, "animals");
    assertThatThrownBy(() -> run(corpus, "a", Optional.of(1), Optional.of(OUTSIDE)))
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("Cannot learn what is out of scope: every class has one example");
    String two = file("two.jsonl", line("the cat", "x") + line("the film", "y"));
    assertThatThrownBy(() -> run(two, "a", Optional.empty(), Optional.of("x")))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot train on %s: all documents have the label \"y\", at least two classes are needed"
                .formatted(two));
    assertThat(path("a")).doesNotExist();
  }

  private FewShotSummary run(
      String corpus, String out, Optional<Integer> examples, Optional<String> outside) {
    return new FewShotRun(spark(), base, SETTINGS, new FewShotOptions(examples, outside, 3))
        .run(
            options(corpus),
            path(out),
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
  }

  private static CorpusOptions options(String corpus) {
    return new CorpusOptions(
        List.of(corpus), Optional.empty(), Optional.empty(), Optional.empty(), List.of("label"));
  }

  private Path path(String name) {
    return folder.getRoot().toPath().resolve(name);
  }

  /** So many documents of each of three classes and of a fourth label. */
  private String corpus(int each, String fourth) throws IOException {
    Random random = new Random(5);
    List<String> labels = List.of("animals", "films", "places", fourth);
    List<String> lines = new ArrayList<>();
    for (int n = 0; n < 4 * each; n++) {
      lines.add(line(text(random, n % 4), labels.get(n % 4)));
    }
    return file("corpus.jsonl", String.join("", lines));
  }

  private static String text(Random random, int kind) {
    List<List<String>> words =
        List.of(
            List.of("cat", "dog"),
            List.of("film", "music", "player"),
            List.of("river", "garden", "house"),
            List.of("cat", "film", "river", "music", "dog", "house"));
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 4 + random.nextInt(4); i++) {
      List<String> own = words.get(kind);
      text.append(i % 2 == 0 ? "the " : "a ")
          .append(own.get(random.nextInt(own.size())))
          .append(' ');
    }
    return text.toString().strip();
  }

  private static String line(String text, String label) {
    return "{\"text\": \"%s\", \"label\": \"%s\"}\n".formatted(text, label);
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(path(name), content).toString();
  }
}
