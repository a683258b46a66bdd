package io.github.ptcspark.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.job.JobException;
import io.github.ptcspark.testing.Seed;
import io.github.ptcspark.testing.SparkTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.Rule;
import org.junit.Test;

public class ScopeThresholdTest extends SparkTest {

  @Rule public final Seed seed = new Seed();

  @Test
  public void withoutExamplesTheLargestThresholdIsTakenThatKeepsEnough() {
    List<Double> inside = numbers(seed.random(), 37, 0);
    double threshold = ScopeThreshold.keeping(inside);
    assertThat(inside.stream().filter(value -> value >= threshold).count() / 37.0)
        .isGreaterThanOrEqualTo(ScopeThreshold.KEPT);
    double next =
        inside.stream().filter(value -> value > threshold).mapToDouble(v -> v).min().orElseThrow();
    assertThat(inside.stream().filter(value -> value >= next).count() / 37.0)
        .isLessThan(ScopeThreshold.KEPT);
  }

  @Test
  public void withExamplesNoThresholdIsRightMoreOftenOnBothSides() {
    Random random = seed.random();
    List<Double> inside = numbers(random, 40, 1);
    List<Double> outside = numbers(random, 9, 0);
    double most = sum(inside, outside, ScopeThreshold.between(inside, outside));
    for (double threshold = -6; threshold < 8; threshold += 1e-3) {
      assertThat(sum(inside, outside, threshold)).isLessThanOrEqualTo(most + 1e-12);
    }
    assertThat(ScopeThreshold.between(List.of(3.0, 4.0), List.of(1.0, 2.0))).isEqualTo(2.5);
  }

  /** Three classes around corners, and documents between them. */
  @Test
  public void whatIsBetweenClassesIsOutOfScope() {
    Random random = seed.random();
    List<double[]> embeddings = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int label = 0; label < 3; label++) {
      for (int i = 0; i < 3; i++) {
        embeddings.add(point(random, label, 4));
        labels.add(label);
      }
    }
    List<double[]> outside = IntStream.range(0, 6).mapToObj(i -> point(random, 0, 0)).toList();
    ScopeThreshold learnt = learn(embeddings, labels, outside);
    assertThat(learnt.accuracy()).isEqualTo(1);
    assertThat(learnt.kept()).isEqualTo(1);
    assertThat(learnt.refused().orElseThrow()).isCloseTo(1, within(0.2));
    ScopeThreshold alone = learn(embeddings, labels, List.of());
    assertThat(alone.refused()).isEmpty();
    assertThat(alone.kept()).isEqualTo(1);
    assertThat(alone.logit()).isGreaterThan(learnt.logit());
  }

  @Test
  public void oneExampleOfEachClassIsTooFew() {
    List<double[]> embeddings = List.of(new double[] {1, 2}, new double[] {2, 1});
    assertThatThrownBy(() -> learn(embeddings, List.of(0, 1), List.of()))
        .isInstanceOf(JobException.class)
        .hasMessage(
            "Cannot learn what is out of scope: every class has one example only, one class at"
                + " least needs two");
  }

  private static ScopeThreshold learn(
      List<double[]> embeddings, List<Integer> labels, List<double[]> outside) {
    return ScopeThreshold.of(HeldOut.of(spark(), embeddings, labels, outside));
  }

  private static double[] point(Random random, int dimension, double distance) {
    double[] point = new double[3];
    for (int i = 0; i < 3; i++) {
      point[i] = 0.1 * random.nextGaussian() + (i == dimension ? distance : 0);
    }
    return point;
  }

  private static List<Double> numbers(Random random, int count, double mean) {
    return IntStream.range(0, count).mapToObj(i -> mean + random.nextGaussian()).toList();
  }

  private static double sum(List<Double> inside, List<Double> outside, double threshold) {
    return inside.stream().filter(value -> value >= threshold).count() / (double) inside.size()
        + outside.stream().filter(value -> value < threshold).count() / (double) outside.size();
  }
}
