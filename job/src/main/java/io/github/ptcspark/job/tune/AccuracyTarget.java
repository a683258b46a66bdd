package io.github.ptcspark.job.tune;

import io.github.ptcspark.bundle.Claim;
import io.github.ptcspark.job.report.Numbers;

/**
 * The fastest policy whose labels are right nearly as often as those in full, by a test of pairs:
 * only documents on which one of the two is right and the other wrong count.
 *
 * <p>The loss of a document is 1, -1 or 0. A policy is accepted if a gambler who bets on a mean
 * loss below the largest one would have {@code 1 / (1 - confidence)} times the stake in the end:
 * with stakes b the wealth is {@code (1 + b (L - 1))^lost (1 + b (L + 1))^won (1 + b L)^others},
 * averaged over b from 0 to its largest value {@code 1 / (1 - L)}. If the mean loss is L or more
 * its expectation is at most 1, so Markov's inequality bounds the error (Waudby-Smith and Ramdas,
 * Estimating means of bounded random variables by betting, JRSS B 86, 2024). It is exact for every
 * sample size, and, unlike Hoeffding's and Bentkus's bounds, gains where most losses are 0.
 *
 * @param loss how much lower the share of right labels may be, in (0, 1)
 * @param confidence that is wanted, in (0, 1)
 */
public record AccuracyTarget(double loss, double confidence) implements TestedInTurn {

  private static final int STAKES = 200;
  private static final int MOST_DOCUMENTS = 1 << 30;

  /**
   * A target.
   *
   * @throws IllegalArgumentException if the loss or the confidence is not between 0 and 1
   */
  public AccuracyTarget {
    Target.requireShare("max-accuracy-loss", loss, "0.01");
    Target.requireShare("confidence", confidence, "0.95");
  }

  @Override
  public boolean needsTruth() {
    return true;
  }

  /** What a stake of 1 has become. */
  double wealth(int lost, int won, int documents) {
    double sum = 0;
    for (int i = 0; i < STAKES; i++) {
      double stake = (i + 0.5) / STAKES / (1 - loss);
      sum +=
          Math.exp(
              lost * Math.log1p(stake * (loss - 1))
                  + won * Math.log1p(stake * (loss + 1))
                  + (documents - lost - won) * Math.log1p(stake * loss));
    }
    return sum / STAKES;
  }

  @Override
  public boolean accepts(Tested tested) {
    return wealth(tested.lost(), tested.won(), tested.documents()) >= 1 / (1 - confidence);
  }

  /** The fewest documents on which a policy is accepted that loses no right label and wins none. */
  @Override
  public long fewestDocuments() {
    int low = 0;
    int high = MOST_DOCUMENTS;
    while (high - low > 1) {
      int middle = low + (high - low) / 2;
      if (accepts(new Tested(middle, 0, 0, 0))) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  @Override
  public Claim claim(Tested tested) {
    return new Claim.AccuracyLoss(loss, tested.lost(), tested.won());
  }

  @Override
  public String rejection(Tested tested) {
    return "lost %s right labels of %s documents and won %s, too many to be sure"
        .formatted(
            Numbers.count(tested.lost()),
            Numbers.count(tested.documents()),
            Numbers.count(tested.won()));
  }

  @Override
  public String toString() {
    return "an accuracy at most %s lower with confidence %s".formatted(loss, confidence);
  }
}
