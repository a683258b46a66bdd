package io.github.ptcspark.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.Rule;
import org.junit.Test;

public class MetricsTest {

  @Rule public final Seed seed = new Seed();

  /** Counts over the documents one by one, straight from the definitions. */
  @Test
  public void metricsEqualTheirDefinitions() {
    Random random = seed.random();
    for (int round = 0; round < 50; round++) {
      int classes = 2 + random.nextInt(5);
      List<String> labels = IntStream.range(0, classes).mapToObj(i -> "label " + i).toList();
      int documents = 1 + random.nextInt(40);
      int[] truth = random.ints(documents, 0, classes).toArray();
      int[] predicted = random.ints(documents, 0, Math.max(1, classes - 1)).toArray();
      Metrics metrics = metrics(labels, truth, predicted);
      double right = 0;
      double truePositives = 0;
      double falsePositives = 0;
      double falseNegatives = 0;
      List<Double> f1s = new ArrayList<>();
      for (int d = 0; d < documents; d++) {
        right += truth[d] == predicted[d] ? 1 : 0;
      }
      for (int label = 0; label < classes; label++) {
        double tp = 0;
        double fp = 0;
        double fn = 0;
        for (int d = 0; d < documents; d++) {
          if (predicted[d] == label) {
            tp += truth[d] == label ? 1 : 0;
            fp += truth[d] == label ? 0 : 1;
          } else {
            fn += truth[d] == label ? 1 : 0;
          }
        }
        truePositives += tp;
        falsePositives += fp;
        falseNegatives += fn;
        double precision = tp + fp == 0 ? 0 : tp / (tp + fp);
        double recall = tp + fn == 0 ? 0 : tp / (tp + fn);
        double f1 = precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
        if (tp + fp + fn > 0) {
          f1s.add(f1);
        }
        Metrics.ClassMetrics one = metrics.classes().get(label);
        assertThat(one.precision()).isCloseTo(precision, within(1e-12));
        assertThat(one.recall()).isCloseTo(recall, within(1e-12));
        assertThat(one.f1()).isCloseTo(f1, within(1e-12));
        assertThat(one.support()).isEqualTo((long) (tp + fn));
        assertThat(one.predicted()).isEqualTo((long) (tp + fp));
      }
      double macro = f1s.stream().mapToDouble(Double::doubleValue).average().orElse(0);
      double precision = truePositives / (truePositives + falsePositives);
      double recall = truePositives / (truePositives + falseNegatives);
      double micro = right == 0 ? 0 : 2 * precision * recall / (precision + recall);
      assertThat(metrics.accuracy()).isCloseTo(right / documents, within(1e-12));
      assertThat(metrics.macroF1()).isCloseTo(macro, within(1e-12));
      assertThat(metrics.microF1()).isCloseTo(micro, within(1e-12));
      assertThat(metrics.documents()).isEqualTo(documents);
    }
  }

  @Test
  public void mistakesComeByFrequency() {
    Metrics metrics =
        metrics(List.of("a", "b", "c"), new int[] {0, 0, 1, 1, 1, 2}, new int[] {0, 1, 2, 2, 1, 2});
    assertThat(metrics.confusions())
        .containsExactly(new Metrics.Confusion("b", "c", 2), new Metrics.Confusion("a", "b", 1));
  }

  @Test
  public void noDocumentsGiveZeros() {
    Metrics metrics = metrics(List.of("a", "b"), new int[0], new int[0]);
    assertThat(metrics.accuracy()).isZero();
    assertThat(metrics.macroF1()).isZero();
    assertThat(metrics.microF1()).isZero();
  }

  static Metrics metrics(List<String> labels, int[] truth, int[] predicted) {
    long[][] confusion = new long[labels.size()][labels.size()];
    for (int d = 0; d < truth.length; d++) {
      confusion[truth[d]][predicted[d]]++;
    }
    return new Metrics(labels, confusion);
  }
}
