package io.github.ptcspark.job.report.figures;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.testing.Seed;
import io.github.ptcspark.testing.SparkTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.Rule;
import org.junit.Test;

/** Comparisons against the same in plain Java. */
public class ComparisonQueryTest extends SparkTest {

  @Rule public final Seed seed = new Seed();

  @Test
  public void documentsAreComparedByTheirIds() {
    Random random = seed.random();
    List<FakeDocument> here = new ArrayList<>();
    List<FakeDocument> other = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      FakeDocument document = FakeDocument.random("id-" + i, random);
      here.add(document);
      if (i >= 20) {
        other.add(i % 2 == 0 ? document : FakeDocument.random("id-" + i, random));
      }
    }
    other.add(FakeDocument.random("other alone", random));
    FakeDocument twice = FakeDocument.random("twice", random);
    here.addAll(List.of(twice, twice));
    other.add(twice);

    OutputFigures figures =
        new FiguresQuery(FakeDocument.rows(spark(), here)).run(Optional.empty());
    Comparison comparison =
        new ComparisonQuery(FakeDocument.rows(spark(), here), FakeDocument.rows(spark(), other))
            .run("before", List.of("policy a, not b"), figures);

    Map<String, FakeDocument> before = other.stream().collect(toMap(FakeDocument::id, identity()));
    List<FakeDocument> compared =
        here.stream()
            .filter(document -> !document.id().equals("twice"))
            .filter(document -> before.containsKey(document.id()))
            .toList();
    List<FakeDocument> changed =
        compared.stream()
            .filter(
                document -> !Objects.equals(document.label(), before.get(document.id()).label()))
            .toList();
    assertThat(comparison.ids())
        .isEqualTo(new Comparison.Ids(compared.size() - changed.size(), changed.size(), 20, 1, 2));
    Map<List<Optional<String>>, Long> changes =
        changed.stream()
            .collect(
                groupingBy(
                    document ->
                        List.of(
                            Optional.ofNullable(before.get(document.id()).label()),
                            Optional.ofNullable(document.label())),
                    counting()));
    assertThat(comparison.changes()).hasSameSizeAs(changes.keySet());
    for (Comparison.Change change : comparison.changes()) {
      assertThat(change.documents())
          .isEqualTo(changes.get(List.of(change.before(), change.after())));
    }
    assertThat(comparison.documents()).hasSize(Math.min(50, changed.size()));
    assertThat(changed)
        .extracting(FakeDocument::id)
        .containsAll(comparison.documents().stream().map(document -> document.id()).toList());
    assertThat(comparison.scoreDifference())
        .isCloseTo(
            compared.stream()
                .filter(FakeDocument::isLabelled)
                .filter(document -> document.label().equals(before.get(document.id()).label()))
                .mapToDouble(
                    document -> Math.abs(document.score() - before.get(document.id()).score()))
                .average()
                .orElse(0),
            within(1e-6));
    for (Comparison.LabelCounts label : comparison.labels()) {
      assertThat(label.here()).isEqualTo(labelled(here, label.label()));
      assertThat(label.other()).isEqualTo(labelled(other, label.label()));
    }
  }

  private static long labelled(List<FakeDocument> documents, String label) {
    return documents.stream().filter(document -> label.equals(document.label())).count();
  }
}
