package io.github.ptcspark.job.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.testing.Seed;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.Rule;
import org.junit.Test;

public class AgreementTargetTest {

  private static final int DRAWS = 10_000;

  @Rule public final Seed seed = new Seed();

  @Test
  public void pValuesAreSumsOfBinomialProbabilities() {
    for (double agreement : new double[] {0.5, 0.9, 0.99, 0.999}) {
      AgreementTarget target = new AgreementTarget(agreement, 0.95);
      for (int documents : new int[] {1, 7, 300, 2000}) {
        for (int others : new int[] {0, 1, 5, 12, documents - 1, documents}) {
          if (others <= documents) {
            assertThat(target.pValue(others, documents))
                .as("%s, %s of %s", agreement, others, documents)
                .isCloseTo(atMost(others, documents, 1 - agreement), within(1e-9));
          }
        }
      }
    }
  }

  /** P(Binomial(n, p) <= k), term by term. */
  private static double atMost(int k, int n, double p) {
    double sum = 0;
    double logOfChoices = 0;
    for (int i = 0; i <= k; i++) {
      sum += Math.exp(logOfChoices + i * Math.log(p) + (n - i) * Math.log(1 - p));
      logOfChoices += Math.log((double) (n - i) / (i + 1));
    }
    return sum;
  }

  @Test
  public void documentsThatItTakes() {
    assertThat(new AgreementTarget(0.99, 0.95).fewestDocuments()).isEqualTo(299);
    assertThat(new AgreementTarget(0.95, 0.95).fewestDocuments()).isEqualTo(59);
    for (double agreement : new double[] {0.5, 0.8, 0.95, 0.99, 0.999}) {
      for (double confidence : new double[] {0.5, 0.9, 0.95, 0.999}) {
        AgreementTarget target = new AgreementTarget(agreement, confidence);
        int fewest = (int) target.fewestDocuments();
        assertThat(target.mostDisagreements(fewest)).isZero();
        assertThat(target.mostDisagreements(fewest - 1)).isEqualTo(-1);
        int most = target.mostDisagreements(5000);
        assertThat(atMost(most, 5000, 1 - agreement)).isLessThanOrEqualTo(1 - confidence);
        assertThat(atMost(most + 1, 5000, 1 - agreement)).isGreaterThan(1 - confidence);
      }
    }
  }

  @Test
  public void nothingIsTestedBehindTheFirstThatFails() {
    AgreementTarget target = new AgreementTarget(0.9, 0.95);
    int most = target.mostDisagreements(200);
    List<Integer> candidates = List.of(0, most, most + 1, 0);
    assertThat(TestedInTurn.accepted(candidates, others -> target.accepts(others, 200)))
        .isEqualTo(2);
    assertThat(
            TestedInTurn.accepted(
                List.of(most + 1, -1),
                others -> {
                  assertThat(others).isEqualTo(most + 1);
                  return target.accepts(others, 200);
                }))
        .isZero();
    assertThat(TestedInTurn.accepted(List.<Integer>of(), others -> target.accepts(others, 200)))
        .isZero();
  }

  /** The share of samples that lead to a wrong promise is at most 1 - confidence. */
  @Test
  public void wrongPromisesAreAsRareAsIsSaid() {
    Random random = seed.random();
    AgreementTarget target = new AgreementTarget(0.99, 0.95);
    for (double[] agreements :
        new double[][] {
          {0.99 - 1e-9},
          {0.9899},
          {0.9999, 0.9985, 0.99 - 1e-9, 0.985, 0.97},
          {0.99 - 1e-9, 0.99 - 1e-9, 0.99 - 1e-9, 0.99 - 1e-9},
          {0.97, 0.9999},
        }) {
      int wrong = 0;
      for (int draw = 0; draw < DRAWS; draw++) {
        List<Integer> disagreements =
            DoubleStream.of(agreements)
                .mapToObj(agreement -> others(1500, agreement, random))
                .toList();
        int accepted = TestedInTurn.accepted(disagreements, others -> target.accepts(others, 1500));
        wrong += IntStream.range(0, accepted).anyMatch(i -> agreements[i] < 0.99) ? 1 : 0;
      }
      // Four standard deviations of the count.
      assertThat((double) wrong / DRAWS)
          .as("%s", List.of(DoubleStream.of(agreements).boxed().toArray()))
          .isLessThanOrEqualTo(0.05 + 4 * Math.sqrt(0.05 * 0.95 / DRAWS));
    }
  }

  /** And promises that could be made are made, or the test above would show nothing. */
  @Test
  public void goodPoliciesAreAcceptedMostly() {
    Random random = seed.random();
    AgreementTarget target = new AgreementTarget(0.99, 0.95);
    int accepted = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      accepted += target.accepts(others(2000, 0.996, random), 2000) ? 1 : 0;
    }
    // 12 of 2,000 may differ, of which 8 are expected: P(Binomial(2000, 0.004) <= 12) = 0.937.
    assertThat((double) accepted / DRAWS).isCloseTo(atMost(12, 2000, 0.004), within(0.01));
  }

  private static int others(int documents, double agreement, Random random) {
    // Waiting times between disagreements are geometric: far fewer draws than documents.
    int count = 0;
    double at = 0;
    while (true) {
      at += Math.floor(Math.log(1 - random.nextDouble()) / Math.log(agreement)) + 1;
      if (at > documents) {
        return count;
      }
      count++;
    }
  }

  @Test
  public void sharesThatCannotBeAreRefused() {
    for (double share : new double[] {0, 1, -0.5, 99, Double.NaN}) {
      assertThatThrownBy(() -> new AgreementTarget(share, 0.95))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Invalid value for --agreement: %s (between 0 and 1, such as 0.95)".formatted(share));
      assertThatThrownBy(() -> new AgreementTarget(0.99, share))
          .hasMessageStartingWith("Invalid value for --confidence: ");
    }
  }
}
