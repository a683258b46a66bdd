package io.github.ptcspark.job.tune;

import io.github.ptcspark.job.tune.Readings.Answer;
import io.github.ptcspark.pruning.Escalation;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
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

  private static final int DIGITS = 3;
  private static final BigDecimal SMALLEST = new BigDecimal("1e-12");

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
        double margin = rounded(margins[again - 1]);
        if (margin > before) {
          escalations.add(new Escalation(margin, temperature));
          before = margin;
        }
      }
    }
    return escalations;
  }

  /**
   * A margin a little above another, of few digits: where margins lie close to 1, close to it by as
   * little.
   */
  private static double rounded(double margin) {
    MathContext digits = new MathContext(DIGITS, RoundingMode.CEILING);
    if (margin < 0.5) {
      return BigDecimal.valueOf(margin).add(SMALLEST).round(digits).doubleValue();
    }
    BigDecimal gap = BigDecimal.ONE.subtract(BigDecimal.valueOf(margin));
    return BigDecimal.ONE
        .subtract(
            gap.subtract(SMALLEST)
                .max(BigDecimal.ZERO)
                .round(new MathContext(DIGITS, RoundingMode.DOWN)))
        .doubleValue();
  }

  /**
   * The temperature under which the labels in full are most likely (Guo, Pleiss, Sun and
   * Weinberger, On calibration of modern neural networks, ICML 2017), 1 at least: a policy that
   * changes hardly a label would be scaled until nothing is unsure. Of two classes it does not
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
                new SearchInterval(0, Math.log(HOTTEST)))
            .getPoint();
    return BigDecimal.valueOf(Math.exp(logarithm)).round(new MathContext(DIGITS)).doubleValue();
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
