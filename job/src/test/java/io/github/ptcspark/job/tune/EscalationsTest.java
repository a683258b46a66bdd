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
    for (double temperature : new double[] {1, 1.6, 2.5}) {
      assertThat(Escalations.temperature(answers(4000, 5, temperature)))
          .isCloseTo(temperature, within(0.15 * temperature));
    }
    assertThat(Escalations.temperature(answers(4000, 5, 0.4))).isCloseTo(1, within(0.01));
    assertThat(Escalations.temperature(answers(100, 2, 2.5))).isEqualTo(1);
    assertThat(Escalations.temperature(List.of())).isEqualTo(1);
    // Without a wrong label there is none at which they are most likely.
    List<Answer> certain = List.of(new Answer(List.of(0f, 1f, 0f), 1));
    assertThat(Escalations.temperature(certain)).isBetween(1.0, 20.0);
    List<Answer> wrong = List.of(new Answer(List.of(0f, 1f, 0f), 2));
    assertThat(Escalations.temperature(wrong)).isBetween(1.0, 20.0);
  }

  @Test
  public void escalationsReadMoreAndMoreDocumentsAgain() {
    double[] shares = {0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5};
    for (List<Answer> answers : List.of(answers(1000, 4, 1.3), sure(1000, 2), sure(1000, 5))) {
      List<Escalation> escalations = Escalations.of(answers);
      assertThat(escalations).hasSize(8);
      for (int i = 0; i < shares.length; i++) {
        Escalation escalation = escalations.get(i);
        long unsure =
            answers.stream().filter(answer -> escalation.isUnsure(answer.scores())).count();
        assertThat(unsure / 1000.0).isCloseTo(shares[i], within(0.005));
        assertThat(String.valueOf(escalation.margin()).length()).isLessThan(16);
      }
    }
    assertThat(Escalations.of(List.of())).isEmpty();
    assertThat(Escalations.of(List.of(new Answer(List.of(0.5f, 0.5f), 0)))).hasSize(1);
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

  /** Most scores are nearly 1, and right. */
  private List<Answer> sure(int documents, int classes) {
    Random random = seed.random();
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < documents; i++) {
      double[] logits = random.doubles(classes, -1, 1).toArray();
      logits[0] = 2 + 12 * random.nextDouble();
      List<Float> scores = new ArrayList<>();
      for (double score : softmax(logits, 1)) {
        scores.add((float) score);
      }
      answers.add(new Answer(scores, 0));
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
