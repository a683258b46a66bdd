package io.github.ptcspark.job.tune;

import io.github.ptcspark.job.tune.Readings.Answer;
import io.github.ptcspark.pruning.Escalation;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.analysis.UnivariateFunction;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;

/** Escalations to try with a policy, by how it reads some documents. */
final class Escalations {

  /** Shares of the documents that are read again. */
  private static final double[] SHARES = {0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5};

  private static final double HOTTEST = 20;
  private static final int EVALUATIONS = 200;

  /** Margins and temperatures are rounded to so many parts of 1. */
  private static final double PARTS = 1000;

  private Escalations() {}

  /**
   * Escalations that would read more and more of the documents again.
   *
   * @param answers of a policy
   */
  static List<Escalation> of(List<Answer> answers) {
    double temperature = temperature(answers);
    double[] margins =
        answers.stream()
            .mapToDouble(answer -> Escalation.margin(answer.scores(), temperature))
            .sorted()
            .toArray();
    List<Escalation> escalations = new ArrayList<>();
    double before = 0;
    for (double share : SHARES) {
      int again = (int) Math.round(share * margins.length);
      if (again > 0) {
        double margin = Math.min(1, Math.ceil(margins[again - 1] * PARTS) / PARTS);
        if (margin > before) {
          escalations.add(new Escalation(margin, temperature));
          before = margin;
        }
      }
    }
    return escalations;
  }

  /**
   * The temperature under which the unpruned model's labels are most likely (Guo, Pleiss, Sun and
   * Weinberger, On calibration of modern neural networks, ICML 2017). Of two classes it does not
   * change which margins are larger, and is 1.
   */
  static double temperature(List<Answer> answers) {
    if (answers.isEmpty() || answers.get(0).scores().size() < 3) {
      return 1;
    }
    double logarithm =
        new BrentOptimizer(1e-6, 1e-6)
            .optimize(
                new MaxEval(EVALUATIONS),
                GoalType.MINIMIZE,
                new UnivariateObjectiveFunction(surprise(answers)),
                new SearchInterval(-Math.log(HOTTEST), Math.log(HOTTEST), 0))
            .getPoint();
    return Math.round(Math.exp(logarithm) * PARTS) / PARTS;
  }

  /** The negative logarithm of the likelihood, by the logarithm of the temperature. */
  private static UnivariateFunction surprise(List<Answer> answers) {
    return logarithm -> {
      double power = Math.exp(-logarithm);
      double sum = 0;
      for (Answer answer : answers) {
        double all = 0;
        for (float score : answer.scores()) {
          all += Math.pow(score, power);
        }
        double own = Math.max(answer.scores().get(answer.label()), Float.MIN_NORMAL);
        sum += Math.log(all) - power * Math.log(own);
      }
      return sum;
    };
  }
}
