package io.github.ptcspark.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.testing.Seed;
import io.github.ptcspark.testing.SparkTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.Rule;
import org.junit.Test;

public class LogisticHeadTest extends SparkTest {

  private static final int CLASSES = 4;
  private static final int HIDDEN = 6;
  private static final int EXAMPLES = 24;

  @Rule public final Seed seed = new Seed();

  private final List<double[]> embeddings = new ArrayList<>();
  private final List<Integer> labels = new ArrayList<>();

  /** Of the formula: at its only minimum the gradient is 0. */
  @Test
  public void theGradientOfTheRegularisedLossIsZero() {
    drawExamples();
    LogisticHead head = LogisticHead.fit(spark(), embeddings, labels);
    double[] zero = new double[HIDDEN];
    double[] biases = head.logits(zero);
    double[][] weights = new double[CLASSES][HIDDEN];
    for (int i = 0; i < HIDDEN; i++) {
      double[] unit = new double[HIDDEN];
      unit[i] = 1;
      double[] column = head.logits(unit);
      for (int k = 0; k < CLASSES; k++) {
        weights[k][i] = column[k] - biases[k];
      }
    }
    double lambda = LogisticHead.STRENGTH * variance();
    double[][] gradient = new double[CLASSES][HIDDEN + 1];
    double largest = 0;
    for (int n = 0; n < EXAMPLES; n++) {
      double[] x = embeddings.get(n);
      double[] exponentials = new double[CLASSES];
      for (int k = 0; k < CLASSES; k++) {
        double logit = biases[k];
        for (int i = 0; i < HIDDEN; i++) {
          logit += weights[k][i] * x[i];
        }
        exponentials[k] = Math.exp(logit);
      }
      double sum = Arrays.stream(exponentials).sum();
      for (int k = 0; k < CLASSES; k++) {
        double residual = exponentials[k] / sum - (labels.get(n) == k ? 1 : 0);
        for (int i = 0; i < HIDDEN; i++) {
          gradient[k][i] += residual * x[i] / EXAMPLES;
        }
        gradient[k][HIDDEN] += residual / EXAMPLES;
      }
    }
    for (int k = 0; k < CLASSES; k++) {
      for (int i = 0; i < HIDDEN; i++) {
        gradient[k][i] += lambda * weights[k][i];
        largest = Math.max(largest, Math.abs(weights[k][i]));
      }
      assertThat(gradient[k]).containsExactly(new double[HIDDEN + 1], within(2e-3));
    }
    assertThat(largest).isGreaterThan(0.1);
    assertThat(Arrays.stream(head.logits(embeddings.get(0))).sum()).isCloseTo(0, within(1e-6));
  }

  @Test
  public void theSameExamplesGiveTheSameBits() {
    drawExamples();
    LogisticHead first = LogisticHead.fit(spark(), embeddings, labels);
    LogisticHead second = LogisticHead.fit(spark(), embeddings, labels);
    assertThat(second.weight().toArray()).containsExactly(first.weight().toArray());
    assertThat(second.bias().toArray()).containsExactly(first.bias().toArray());
    assertThat(first.weight().shape()).containsExactly(CLASSES, HIDDEN);
    float[] weights = first.weight().toArray();
    float[] biases = first.bias().toArray();
    double[] x = embeddings.get(1);
    double[] logits = first.logits(x);
    for (int k = 0; k < CLASSES; k++) {
      double logit = biases[k];
      for (int i = 0; i < HIDDEN; i++) {
        logit += weights[k * HIDDEN + i] * x[i];
      }
      assertThat(logits[k]).isCloseTo(logit, within(1e-4));
    }
  }

  /** As MiniLM has three. */
  @Test
  public void aDimensionThatHardlyVariesDoesNotHinder() {
    drawExamples();
    Random random = new Random(seed.value() + 1);
    List<double[]> longer = new ArrayList<>();
    for (double[] x : embeddings) {
      double[] more = Arrays.copyOf(x, HIDDEN + 1);
      more[HIDDEN] = 1e-7 * random.nextGaussian();
      longer.add(more);
    }
    LogisticHead head = LogisticHead.fit(spark(), longer, labels);
    LogisticHead without = LogisticHead.fit(spark(), embeddings, labels);
    for (int n = 0; n < EXAMPLES; n++) {
      assertThat(head.logits(longer.get(n)))
          .containsExactly(without.logits(embeddings.get(n)), within(1e-6));
    }
  }

  @Test
  public void theFirstOfEqualLogitsIsTheBest() {
    assertThat(LogisticHead.best(new double[] {1, 3, 3, 2})).isEqualTo(1);
  }

  /** Of one scale in all dimensions but one, around points of their classes. */
  private void drawExamples() {
    Random random = seed.random();
    double[][] centres = new double[CLASSES][HIDDEN];
    for (double[] centre : centres) {
      Arrays.setAll(centre, i -> random.nextGaussian());
    }
    for (int n = 0; n < EXAMPLES; n++) {
      double[] centre = centres[n % CLASSES];
      double[] x = new double[HIDDEN];
      Arrays.setAll(x, i -> (i == 0 ? 5 : 1) * (3 + centre[i] + 0.8 * random.nextGaussian()));
      embeddings.add(x);
      labels.add(n % CLASSES);
    }
  }

  private double variance() {
    double[] mean = new double[HIDDEN];
    for (double[] x : embeddings) {
      for (int i = 0; i < HIDDEN; i++) {
        mean[i] += x[i] / EXAMPLES;
      }
    }
    double variance = 0;
    for (double[] x : embeddings) {
      for (int i = 0; i < HIDDEN; i++) {
        variance += (x[i] - mean[i]) * (x[i] - mean[i]) / EXAMPLES;
      }
    }
    return variance;
  }
}
