package io.github.ptcspark.job.report.figures;

import static java.util.stream.Collectors.averagingDouble;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.testing.Seed;
import io.github.ptcspark.testing.SparkTest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** Figures against sums over the same documents in plain Java. */
public class FiguresQueryTest extends SparkTest {

  private static final double CLOSE = 1e-6;

  @Rule public final Seed seed = new Seed();

  private final List<FakeDocument> documents = new ArrayList<>();
  private List<FakeDocument> labelled;

  @Before
  public void writeDocuments() {
    Random random = seed.random();
    for (int i = 0; i < 400; i++) {
      documents.add(FakeDocument.random("id-" + i, random));
    }
    labelled = documents.stream().filter(FakeDocument::isLabelled).toList();
  }

  @Test
  public void figuresAreThoseOfPlainSums() {
    OutputFigures figures = figures();

    checkTotals(figures.totals());
    checkLabels(figures.labels());
    checkLayers(figures.layers());
    checkLengths(figures.lengths());
    checkSlowest(figures.slowest());
    checkRejects(figures.rejects());
    checkReliability(figures.reliability().orElseThrow());
  }

  private void checkTotals(Totals totals) {
    assertThat(totals.documents()).isEqualTo(400);
    assertThat(totals.labelled()).isEqualTo(labelled.size());
    assertThat(totals.rejected()).isEqualTo(400 - labelled.size());
    assertThat(totals.escalated())
        .isEqualTo(labelled.stream().filter(FakeDocument::escalated).count());
    assertThat(totals.truncated())
        .isEqualTo(labelled.stream().filter(FakeDocument::truncated).count());
    assertThat(totals.tokensRead())
        .isEqualTo(labelled.stream().mapToLong(FakeDocument::tokensRead).sum());
    assertThat(totals.tokensKept())
        .isEqualTo(labelled.stream().mapToLong(FakeDocument::tokensKept).sum());
    assertThat(totals.cost()).isCloseTo(cost(labelled), within(CLOSE));
    assertThat(totals.millis()).isCloseTo(sum(documents, FakeDocument::millis), within(CLOSE));
    assertThat(totals.documentsPerSecond())
        .isCloseTo(400_000 / sum(documents, FakeDocument::millis), within(CLOSE));
    assertThat(shareBelow(totals.medianMillis(), FakeDocument::millis))
        .isCloseTo(0.5, within(0.01));
    assertThat(shareBelow(totals.slowMillis(), FakeDocument::millis)).isCloseTo(0.99, within(0.01));
    assertThat(shareBelow(totals.medianScore(), FakeDocument::score)).isCloseTo(0.5, within(0.01));
  }

  private void checkLabels(List<LabelFigures> labels) {
    Map<String, List<FakeDocument>> expected =
        labelled.stream().collect(groupingBy(FakeDocument::label));
    assertThat(labels).hasSameSizeAs(expected.keySet());
    for (LabelFigures label : labels) {
      List<FakeDocument> same = expected.get(label.label());
      assertThat(label.documents()).isEqualTo(same.size());
      assertThat(label.meanScore())
          .isCloseTo(sum(same, FakeDocument::score) / same.size(), within(CLOSE));
      assertThat(label.cost()).isCloseTo(cost(same), within(CLOSE));
    }
    assertThat(labels)
        .isSortedAccordingTo(
            Comparator.comparing(LabelFigures::documents)
                .reversed()
                .thenComparing(LabelFigures::label));
  }

  @Test
  public void scoresFallIntoTwentyIntervalsOfWhichTheLastIsClosed() {
    documents.add(FakeDocument.random("sure", new Random(1)).withScore(1));
    documents.add(FakeDocument.random("unsure", new Random(1)).withScore(0));
    labelled = documents.stream().filter(FakeDocument::isLabelled).toList();

    List<Long> scores = figures().scores();

    assertThat(scores).hasSize(20);
    for (int bin = 0; bin < 20; bin++) {
      double from = bin / 20.0;
      double to = bin == 19 ? 2 : (bin + 1) / 20.0;
      assertThat(scores.get(bin))
          .isEqualTo(
              labelled.stream()
                  .filter(document -> document.score() >= from && document.score() < to)
                  .count());
    }
  }

  private void checkLayers(List<LayerFigures> layers) {
    assertThat(layers).hasSize(FakeDocument.LAYERS);
    for (int i = 0; i < FakeDocument.LAYERS; i++) {
      int layer = i;
      assertThat(layers.get(i).layer()).isEqualTo(i + 1);
      assertThat(layers.get(i).kept())
          .isEqualTo(
              labelled.stream().mapToLong(document -> document.keptPerLayer().get(layer)).sum());
      assertThat(layers.get(i).read())
          .isEqualTo(labelled.stream().mapToLong(FakeDocument::tokensRead).sum());
    }
  }

  private void checkLengths(List<LengthFigures> lengths) {
    assertThat(lengths.get(0).from()).isEqualTo(1);
    assertThat(lengths.get(0).to()).isEqualTo(15);
    assertThat(lengths.stream().mapToLong(LengthFigures::documents).sum())
        .isEqualTo(labelled.size());
    for (LengthFigures length : lengths) {
      List<FakeDocument> same =
          labelled.stream()
              .filter(
                  document ->
                      document.tokensRead() >= length.from()
                          && document.tokensRead() <= length.to())
              .toList();
      assertThat(length.documents()).isEqualTo(same.size());
      assertThat(length.cost()).isCloseTo(cost(same), within(CLOSE));
      assertThat(length.meanMillis())
          .isCloseTo(sum(same, FakeDocument::millis) / same.size(), within(CLOSE));
      assertThat(length.to()).isEqualTo(length.from() == 1 ? 15 : 2 * length.from() - 1);
    }
  }

  private void checkSlowest(List<SlowDocument> slowest) {
    assertThat(slowest)
        .extracting(SlowDocument::id)
        .isEqualTo(
            documents.stream()
                .sorted(
                    Comparator.comparing(FakeDocument::millis)
                        .reversed()
                        .thenComparing(FakeDocument::id))
                .limit(10)
                .map(FakeDocument::id)
                .toList());
  }

  private void checkRejects(List<RejectFigures> rejects) {
    Map<String, List<FakeDocument>> expected =
        documents.stream()
            .filter(document -> !document.isLabelled())
            .collect(groupingBy(FakeDocument::code));
    assertThat(rejects).hasSameSizeAs(expected.keySet());
    for (RejectFigures reject : rejects) {
      List<FakeDocument> same = expected.get(reject.code());
      assertThat(reject.documents()).isEqualTo(same.size());
      assertThat(reject.examples())
          .extracting(RejectFigures.Example::id)
          .isEqualTo(same.stream().map(FakeDocument::id).sorted().limit(3).toList());
    }
  }

  @Test
  public void longIdsAndMessagesAreCutOff() {
    documents.add(FakeDocument.rejected("0".repeat(1_000_000), "c".repeat(5), 1e9));

    OutputFigures figures = figures();

    assertThat(figures.slowest().get(0).id()).isEqualTo("0".repeat(200));
    assertThat(figures.rejects())
        .filteredOn(reject -> reject.code().equals("ccccc"))
        .flatExtracting(RejectFigures::examples)
        .extracting(RejectFigures.Example::id)
        .containsExactly("0".repeat(200));
  }

  private void checkReliability(Reliability reliability) {
    List<FakeDocument> known =
        labelled.stream()
            .filter(document -> document.truth() != null && !document.truth().isBlank())
            .toList();
    assertThat(reliability.documents()).isEqualTo(known.size());
    assertThat(reliability.unlabelled()).isEqualTo(documents.size() - known.size());
    assertThat(reliability.accuracy())
        .isCloseTo(known.stream().collect(averagingDouble(FakeDocument::right)), within(CLOSE));
    double error = 0;
    for (int bin = 0; bin < 10; bin++) {
      double from = bin / 10.0;
      double to = bin == 9 ? 2 : (bin + 1) / 10.0;
      List<FakeDocument> same =
          known.stream()
              .filter(document -> document.score() >= from && document.score() < to)
              .toList();
      error += Math.abs(sum(same, FakeDocument::right) - sum(same, FakeDocument::score));
    }
    assertThat(reliability.calibrationError()).isCloseTo(error / known.size(), within(CLOSE));
    Map<List<String>, Long> pairs =
        known.stream().collect(groupingBy(d -> List.of(d.truth(), d.label()), counting()));
    assertThat(reliability.confusions()).hasSameSizeAs(pairs.keySet());
    for (Reliability.Confusion pair : reliability.confusions()) {
      assertThat(pair.documents()).isEqualTo(pairs.get(List.of(pair.label(), pair.predicted())));
    }
  }

  @Test
  public void anOutputWithoutDocumentsHasFiguresToo() {
    documents.clear();
    OutputFigures figures = figures();

    assertThat(figures.totals().documents()).isZero();
    assertThat(figures.labels()).isEmpty();
    assertThat(figures.lengths()).isEmpty();
  }

  private OutputFigures figures() {
    return new FiguresQuery(FakeDocument.rows(spark(), documents)).run(Optional.of("truth"));
  }

  private double shareBelow(double value, ToDoubleFunction<FakeDocument> property) {
    return (double)
            labelled.stream().filter(document -> property.applyAsDouble(document) < value).count()
        / labelled.size();
  }

  private static double cost(List<FakeDocument> some) {
    return sum(some, FakeDocument::flops) / sum(some, FakeDocument::flopsDense);
  }

  private static double sum(List<FakeDocument> some, ToDoubleFunction<FakeDocument> property) {
    return some.stream().mapToDouble(property).sum();
  }
}
