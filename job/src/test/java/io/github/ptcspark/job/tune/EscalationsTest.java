package io.github.ptcspark.job.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.ptcspark.job.tune.Readings.Answer;
import io.github.ptcspark.pruning.Escalation;
import io.github.ptcspark.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.Rule;
import org.junit.Test;

public class EscalationsTest {

  @Rule public final Seed seed = new Seed();

  /** Labels are drawn from scores at a temperature, which is found again. */
  @Test
  public void theTemperatureIsTheOneUnderWhichLabelsAreMostLikely() {
    for (double temperature : new double[] {0.5, 1, 2.5}) {
      assertThat(Escalations.temperature(answers(4000, 5, temperature)))
          .isCloseTo(temperature, within(0.15 * temperature));
    }
    assertThat(Escalations.temperature(answers(100, 2, 2.5))).isEqualTo(1);
    assertThat(Escalations.temperature(List.of())).isEqualTo(1);
    // Without a wrong label there is none at which they are most likely.
    List<Answer> certain = List.of(new Answer(List.of(0f, 1f, 0f), 1));
    assertThat(Escalations.temperature(certain)).isBetween(0.05, 20.0);
    List<Answer> wrong = List.of(new Answer(List.of(0f, 1f, 0f), 2));
    assertThat(Escalations.temperature(wrong)).isBetween(0.05, 20.0);
  }

  @Test
  public void escalationsReadMoreAndMoreDocumentsAgain() {
    List<Answer> answers = answers(1000, 4, 1.3);
    List<Escalation> escalations = Escalations.of(answers);
    assertThat(escalations).hasSize(8);
    double before = 0;
    for (Escalation escalation : escalations) {
      double share =
          answers.stream().filter(answer -> escalation.isUnsure(answer.scores())).count() / 1000.0;
      assertThat(share).isGreaterThan(before);
      before = share;
    }
    assertThat(before).isCloseTo(0.5, within(0.02));
    assertThat(Escalations.of(List.of())).isEmpty();
    assertThat(Escalations.of(List.of(new Answer(List.of(0.5f, 0.5f), 0)))).isEmpty();
  }

  private List<Answer> answers(int documents, int classes, double temperature) {
    Random random = seed.random();
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < documents; i++) {
      double[] logits = random.doubles(classes, -3, 3).toArray();
      List<Float> scores = new ArrayList<>();
      for (double score : softmax(logits, 1)) {
        scores.add((float) score);
      }
      double[] truth = softmax(logits, temperature);
      double draw = random.nextDouble();
      int label = 0;
      while (label < classes - 1 && draw >= truth[label]) {
        draw -= truth[label];
        label++;
      }
      answers.add(new Answer(scores, label));
    }
    return answers;
  }

  private static double[] softmax(double[] logits, double temperature) {
    double[] scores = new double[logits.length];
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit / temperature);
    }
    for (int i = 0; i < logits.length; i++) {
      scores[i] = Math.exp(logits[i] / temperature) / sum;
    }
    return scores;
  }
}
