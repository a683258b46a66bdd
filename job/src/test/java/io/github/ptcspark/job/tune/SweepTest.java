package io.github.ptcspark.job.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.bundle.Bundle;
import io.github.ptcspark.bundle.BundleException;
import io.github.ptcspark.bundle.BundleFiles;
import io.github.ptcspark.bundle.Pooling;
import io.github.ptcspark.inference.Classification;
import io.github.ptcspark.inference.Classifier;
import io.github.ptcspark.inference.Placement;
import io.github.ptcspark.job.JobException;
import io.github.ptcspark.job.corpus.CorpusOptions;
import io.github.ptcspark.job.report.figures.PolicyFigures;
import io.github.ptcspark.job.report.figures.SweepFigures;
import io.github.ptcspark.pruning.EncoderShape;
import io.github.ptcspark.pruning.PruningPolicy;
import io.github.ptcspark.pruning.methods.PolicyGrid;
import io.github.ptcspark.pruning.methods.PolicyText;
import io.github.ptcspark.testing.RandomBundles;
import io.github.ptcspark.testing.SampleTexts;
import io.github.ptcspark.testing.SparkTest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class SweepTest extends SparkTest {

  private static final List<PolicyText> POLICIES =
      PolicyGrid.parse("ratio(keep-ratio=0.5|0.8, fuzzy=off, minimum-tokens=2)");

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final Bundle bundle =
      RandomBundles.bundle(
          21,
          new EncoderShape(4, 32, 4, 64),
          List.of("a", "b", "c", "d"),
          Pooling.MEAN,
          RandomBundles.PLAIN);
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
  public void aSweepThatWasStoppedGoesOn() throws IOException {
    String output = output();
    SweepFigures whole = run(output, POLICIES, 1000, Optional.of("label"));
    Path parts = Path.of(output, "documents.parquet");
    try (Stream<Path> directories = Files.list(parts)) {
      // A part that was not finished lacks Spark's mark.
      for (Path part : directories.toList()) {
        Files.delete(part.resolve("_SUCCESS"));
        break;
      }
    }
    SweepFigures again = run(output, POLICIES, 1000, Optional.of("label"));
    assertThat(again.policies())
        .usingRecursiveComparison()
        .ignoringFields("millis", "speedUp")
        .isEqualTo(whole.policies());
    SweepFigures same = run(output, POLICIES, 1000, Optional.of("label"));
    assertThat(same.policies()).isEqualTo(again.policies());
  }

  @Test
  public void anotherSweepIsRefused() throws IOException {
    String output = output();
    run(output, POLICIES, 4, Optional.empty());
    assertThatThrownBy(() -> run(output, POLICIES, 5, Optional.empty()))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot go on with the sweep in %s: it is of other documents; name another directory",
            output);
    assertThatThrownBy(() -> run(output, POLICIES.subList(0, 1), 4, Optional.empty()))
        .hasMessageContaining("it is of other policies");
    Path other = folder.newFolder().toPath();
    Files.writeString(other.resolve("notes.txt"), "mine");
    assertThatThrownBy(() -> run(other.toString(), POLICIES, 4, Optional.empty()))
        .hasMessage("Cannot write the sweep to %s: it is not empty and no sweep", other);
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
    return new Sweep(
            spark(),
            BundleFiles.of(bundle),
            bundle.settings(),
            new SweepOptions(
                "model", policies, CorpusOptions.of(corpus()), label, documents, 1, output),
            new PrintStream(OutputStream.nullOutputStream()))
        .run();
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
        new Classifier(bundle, bundle.settings(), Placement.CPU, List.of(policy))) {
      return texts.stream()
          .map(text -> classifier.classify(List.of(classifier.prepare(text)), policy).get(0))
          .toList();
    }
  }
}
