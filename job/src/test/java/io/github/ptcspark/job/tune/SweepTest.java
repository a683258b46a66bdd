package io.github.ptcspark.job.tune;

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
import io.github.ptcspark.inference.Alternatives;
import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.Placement;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.job.report.figures.PolicyFigures;
import io.github.ptcspark.job.report.figures.SweepFigures;
import io.github.ptcspark.job.report.page.SweepPage;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.PolicyGrid;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.SampleTexts;
import io.github.ptcspark.testing.SparkTest;
import io.github.ptcspark.testing.TestModel;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Row;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class SweepTest extends SparkTest {

  private static final List<PolicyText> POLICIES =
      PolicyGrid.parse("ratio(keep-ratio=0.5|0.8, fuzzy=off, minimum-tokens=2)");

  private static final EncoderShape SHAPE = new EncoderShape(4, 32, 4, 64);
  private static final List<String> LABELS = List.of("a", "b", "c", "d");

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final Bundle bundle =
      RandomBundles.bundle(21, SHAPE, LABELS, Pooling.MEAN, RandomBundles.PLAIN);
  private int files;
  private final List<String> texts = SampleTexts.topics();

  @Test
  public void figuresAreThoseOfTheDocumentsOneByOne() throws IOException {
    SweepFigures sweep = run(output(), POLICIES, 1000, Optional.of("label"));
    assertThat(sweep.policies())
        .extracting(PolicyFigures::policy)
        .containsExactly(
            "none",
            "ratio(keep-ratio=0.5, fuzzy=off, scope=tokens, layers=2.., every=1, minimum-tokens=2)",
            "ratio(keep-ratio=0.8, fuzzy=off, scope=tokens, layers=2.., every=1, minimum-tokens=2)");
    List<Classification> unpruned = classified(PruningPolicy.NONE);
    for (PolicyFigures figures : sweep.policies()) {
      List<Classification> expected = classified(PolicyText.complete(figures.policy()));
      long agreeing = 0;
      long right = 0;
      double flops = 0;
      double dense = 0;
      for (int i = 0; i < texts.size(); i++) {
        agreeing += expected.get(i).labelId() == unpruned.get(i).labelId() ? 1 : 0;
        right += expected.get(i).label().equals(label(i)) ? 1 : 0;
        flops += expected.get(i).statistics().flops();
        dense += expected.get(i).statistics().flopsDense();
      }
      assertThat(figures.documents()).isEqualTo(texts.size());
      assertThat(figures.rejected()).isZero();
      assertThat(figures.agreeing()).as(figures.policy()).isEqualTo(agreeing);
      assertThat(figures.right()).as(figures.policy()).isEqualTo(right);
      assertThat(figures.labelled()).isEqualTo(texts.size());
      assertThat(figures.cost()).isCloseTo(flops / dense, within(1e-9));
    }
    assertThat(sweep.unpruned().agreement()).isEqualTo(1);
    assertThat(sweep.unpruned().cost()).isEqualTo(1);
    assertThat(SweepText.table(sweep)).contains("* ", "keep-ratio=0.5", "accuracy");
  }

  @Test
  public void resultsArePartsOfTheOutput() {
    String output = output();
    SweepFigures sweep = run(output, POLICIES, 5, Optional.empty());
    List<Row> rows = spark().read().parquet(output + "/policies.parquet").collectAsList();
    assertThat(rows).hasSize(3);
    assertThat(rows.get(0).<String>getAs("policy")).isEqualTo("none");
    assertThat(rows.get(0).<Long>getAs("documents")).isEqualTo(5);
    assertThat(rows.get(0).<Double>getAs("accuracy")).isNull();
    assertThat(spark().read().parquet(output + "/documents.parquet").count()).isEqualTo(15);
    assertThat(Path.of(output, "sweep.html"))
        .content()
        .contains("<svg", sweep.policies().get(1).policy(), "ptc sweep");
  }

  @Test
  public void aSweepThatWasStoppedGoesOnHoweverManyTasksRunAtOnce() throws IOException {
    String output = output();
    SweepFigures whole = run(output, POLICIES, 1000, Optional.of("label"));
    List<Path> parts = parts(output);
    assertThat(parts).hasSizeGreaterThan(1);
    Files.delete(parts.get(1).resolve("_SUCCESS")); // Spark's mark of what is finished.
    List<SweepFigures> again = new ArrayList<>();
    withSpark(
        Map.of("spark.default.parallelism", "1"),
        () -> {
          again.add(run(output, POLICIES, 1000, Optional.of("label")));
          again.add(run(output, POLICIES, 1000, Optional.of("label")));
        });
    assertThat(again.get(0).policies())
        .usingRecursiveComparison()
        .ignoringFields("millis", "speedUp")
        .isEqualTo(whole.policies());
    assertThat(again.get(1).policies()).isEqualTo(again.get(0).policies());
    assertThat(parts(output)).isEqualTo(parts);
  }

  @Test
  public void partsThatDoNotHaveEveryDocumentOnceAreRefused() throws IOException {
    String output = output();
    run(output, POLICIES, 4, Optional.empty());
    Path part = parts(output).get(0);
    Path other = part.resolveSibling("part=1");
    FileUtils.copyDirectory(part.toFile(), other.toFile());
    String refusal =
        "Cannot read the sweep in %s: it does not have every document once under every policy; remove %s"
            .formatted(output, part.getParent());
    assertThatThrownBy(() -> run(output, POLICIES, 4, Optional.empty())).hasMessage(refusal);
    FileUtils.deleteDirectory(other.toFile());
    try (DirectoryStream<Path> files = Files.newDirectoryStream(part, "part-*")) {
      Files.delete(files.iterator().next());
    }
    assertThatThrownBy(() -> run(output, POLICIES, 4, Optional.empty())).hasMessage(refusal);
    FileUtils.deleteDirectory(part.getParent().toFile());
    assertThat(run(output, POLICIES, 4, Optional.empty()).unpruned().documents()).isEqualTo(4);
  }

  @Test
  public void aSweepThatWasStoppedAtItsFirstStepBeginsAnew() throws IOException {
    String output = output();
    Files.createDirectory(Path.of(output));
    Files.writeString(Path.of(output, "sweep.json"), "{\n  \"docum");
    assertThat(run(output, POLICIES, 4, Optional.empty()).unpruned().documents()).isEqualTo(4);
    assertThat(run(output, POLICIES, 4, Optional.empty()).unpruned().documents()).isEqualTo(4);
  }

  @Test
  public void documentsThatTheModelRefusesAreRejectedUnderEveryPolicy() throws IOException {
    BundleFiles poisoned = BundleFiles.of(TestModel.poisoned(1));
    List<PolicyText> policies = PolicyGrid.parse("ptc(keep-ratio=0.5)");
    String good = "{\"text\": \"the cat in the garden of the house\"}\n";
    String poison = "{\"text\": \"the %s in the garden\"}\n".formatted(TestModel.POISON);
    SweepFigures sweep =
        sweep(poisoned, options(output(), policies, file(good + poison), 9, Optional.empty()));
    assertThat(sweep.policies())
        .hasSize(2)
        .allSatisfy(policy -> assertThat(policy.documents()).isEqualTo(1))
        .allSatisfy(policy -> assertThat(policy.rejected()).isEqualTo(1));
    assertThat(SweepText.table(sweep)).contains("documents    1, 1 rejected\n");
    String other = folder.newFolder().toString();
    String onlyPoison = file(poison + poison);
    assertThatThrownBy(
            () -> sweep(poisoned, options(other, policies, onlyPoison, 9, Optional.empty())))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot compare policies on %s: without pruning the model labels no document (the"
                + " model's logits are not finite)",
            onlyPoison);
  }

  @Test
  public void labelsThatTheModelDoesNotKnowAreRefused() throws IOException {
    String unknown = file("{\"text\": \"the cat\", \"label\": \"pets\"}\n");
    assertThatThrownBy(
            () ->
                sweep(
                    BundleFiles.of(bundle),
                    options(output(), POLICIES, unknown, 9, Optional.of("label"))))
        .hasMessage(
            "Cannot compare policies on %s: the model does not know label \"pets\"", unknown);
  }

  @Test
  public void aPolicyThatLabelsNothingIsSaidAndNotMeasured() {
    PolicyFigures none = new PolicyFigures("none", 8, 1, 8, 8, 0, 0, 1, 1, 20, 1);
    PolicyFigures some = new PolicyFigures("first", 6, 3, 6, 8, 0, 0, 0.5, 0.4, 10, 2);
    PolicyFigures broken =
        new PolicyFigures(
            "random", 0, 9, 0, 8, 0, 0, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    SweepFigures sweep =
        new SweepFigures(
            "<b>model",
            "digest",
            bundle.settings(),
            "processors",
            List.of("documents.csv"),
            Optional.empty(),
            List.of(none, some, broken));
    assertThat(sweep.front()).containsExactly(none, some);
    assertThat(SweepText.table(sweep))
        .containsPattern("(?m)^\\* +75.0 % .* first, 3 rejected$")
        .containsPattern("(?m)^ +labels no document  random$")
        .doesNotContain("NaN");
    assertThat(new SweepPage(sweep).html())
        .contains("labels no document", "&lt;b&gt;model")
        .doesNotContain("NaN", "<b>model");
    assertThat(new SweepPage(sweep).chart().points()).hasSize(2);
  }

  @Test
  public void anotherSweepIsRefused() throws IOException {
    String output = output();
    run(output, POLICIES, 4, Optional.empty());
    assertThatThrownBy(() -> run(output, POLICIES, 5, Optional.empty()))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot go on with the sweep in %s: it differs in documents, true labels; name another directory",
            output);
    assertThatThrownBy(() -> run(output, POLICIES.subList(0, 1), 4, Optional.empty()))
        .hasMessageContaining("it differs in policies; ");
    assertThatThrownBy(() -> run(output, POLICIES, 4, Optional.of("label")))
        .hasMessageContaining("it differs in true labels; ");
    ModelSettings windows =
        new ModelSettings(PruningPolicy.NONE, Precision.INT8_BY_DOCUMENT, LongDocuments.WINDOWS);
    assertThatThrownBy(
            () ->
                sweep(
                    BundleFiles.of(RandomBundles.bundle(22, SHAPE, LABELS, Pooling.MEAN, windows)),
                    options(output, POLICIES, corpus(), 4, Optional.empty())))
        .hasMessageContaining("it differs in model, precision, rule for long documents; ");
    Path other = folder.newFolder().toPath();
    Files.writeString(other.resolve("notes.txt"), "mine");
    assertThatThrownBy(() -> run(other.toString(), POLICIES, 4, Optional.empty()))
        .hasMessage("Cannot write the sweep to %s: it is not empty and no sweep", other);
    assertThatThrownBy(() -> run("", POLICIES, 4, Optional.empty()))
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("Cannot write the sweep to : ");
  }

  @Test
  public void policiesThatNeedTrainingAreRefusedBeforeAnyWork() {
    assertThatThrownBy(
            () ->
                Sweep.policies(
                    bundle, PolicyGrid.parse("ptc(combining-layer=3, combination-tokens=4|8)")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("needs training");
  }

  @Test
  public void theLastAlternativesOfAGridChangeFirst() {
    assertThat(PolicyGrid.parse("ratio(keep-ratio=0.5|0.9, scope=tokens|keys-values)"))
        .extracting(PolicyText::toString)
        .containsExactly(
            "ratio(keep-ratio=0.5, scope=tokens)",
            "ratio(keep-ratio=0.5, scope=keys-values)",
            "ratio(keep-ratio=0.9, scope=tokens)",
            "ratio(keep-ratio=0.9, scope=keys-values)");
    assertThatThrownBy(() -> PolicyGrid.parse("ratio(keep-ratio=0.5|)"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Cannot use policy");
  }

  private SweepFigures run(
      String output, List<PolicyText> policies, int documents, Optional<String> label) {
    return sweep(BundleFiles.of(bundle), options(output, policies, corpus(), documents, label));
  }

  private static SweepFigures sweep(BundleFiles files, SweepOptions options) {
    return new Sweep(
            spark(),
            files,
            files.parse().settings(),
            options,
            new PrintStream(OutputStream.nullOutputStream()))
        .run();
  }

  private static SweepOptions options(
      String output,
      List<PolicyText> policies,
      String input,
      int documents,
      Optional<String> label) {
    return new SweepOptions(
        "model", policies, new SampleOptions(CorpusOptions.of(input), label, documents, 1), output);
  }

  private static List<Path> parts(String output) throws IOException {
    try (Stream<Path> parts = Files.list(Path.of(output, "documents.parquet"))) {
      return parts.sorted().toList();
    }
  }

  private String file(String lines) throws IOException {
    return Files.writeString(folder.newFile("%s.jsonl".formatted(files++)).toPath(), lines)
        .toString();
  }

  private String output() {
    return folder.getRoot().toPath().resolve("sweep").toString();
  }

  private String corpus() {
    Path file = folder.getRoot().toPath().resolve("documents.csv");
    StringBuilder csv = new StringBuilder("text,label\n");
    for (int i = 0; i < texts.size(); i++) {
      csv.append("\"%s\",%s\n".formatted(texts.get(i).replace("\"", "\"\""), label(i)));
    }
    try {
      Files.writeString(file, csv);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toString();
  }

  private String label(int document) {
    return bundle.labels().get(document % 4);
  }

  private List<Classification> classified(PruningPolicy policy) {
    try (Classifier classifier =
        new Classifier(
            bundle, bundle.settings(), Placement.CPU, Alternatives.of(List.of(policy)))) {
      return texts.stream()
          .map(text -> classifier.classify(List.of(classifier.prepare(text)), policy).get(0))
          .toList();
    }
  }
}
