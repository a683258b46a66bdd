package io.github.ptcspark.bundle;

import java.math.BigDecimal;
import java.util.Locale;

/** What can be promised of a model that prunes. */
public sealed interface Claim permits Claim.Agreement, Claim.AccuracyLoss {

  /**
   * What was shown, and by which documents.
   *
   * @param confidence of the promise
   * @param documents that were tested
   * @param disagreements documents among them with another label than without pruning, or none
   */
  String text(double confidence, int documents, int disagreements);

  /**
   * Documents get the label that they get without pruning.
   *
   * @param share of documents, of 1, of which that is so at least
   */
  record Agreement(double share) implements Claim {

    /**
     * A claim.
     *
     * @throws IllegalArgumentException if the share is not between 0 and 1
     */
    public Agreement {
      requireShare("agreement", share);
    }

    @Override
    public String text(double confidence, int documents, int disagreements) {
      return String.format(
          Locale.ROOT,
          "at least %s %% of documents like the sample's get the unpruned model's label (confidence"
              + " %s %%; %,d of %,d tested documents did",
          percent(share),
          percent(confidence),
          documents - disagreements,
          documents);
    }
  }

  /**
   * Labels are right nearly as often as without pruning.
   *
   * @param most how much lower the share of right labels is at most, of 1
   * @param lost tested documents whose label was right only without pruning
   * @param won tested documents whose label was right only with it
   */
  record AccuracyLoss(double most, int lost, int won) implements Claim {

    /**
     * A claim.
     *
     * @throws IllegalArgumentException if the loss is not between 0 and 1 or the counts cannot be
     */
    public AccuracyLoss {
      requireShare("max_accuracy_loss", most);
      if (lost < 0 || won < 0) {
        throw new IllegalArgumentException("lost %s and won %s cannot be".formatted(lost, won));
      }
    }

    @Override
    public String text(double confidence, int documents, int disagreements) {
      return String.format(
          Locale.ROOT,
          "labels of documents like the sample's are right as often as the unpruned model's, less %s"
              + " points at most (confidence %s %%; of %,d tested documents %,d were right only"
              + " without pruning, %,d only with it",
          percent(most),
          percent(confidence),
          documents,
          lost,
          won);
    }
  }

  /**
   * Checks a share.
   *
   * @throws IllegalArgumentException if it is not between 0 and 1
   */
  static void requireShare(String name, double share) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException("%s: %s is not between 0 and 1".formatted(name, share));
    }
  }

  /** A share in hundredths, as people write it: 0.99 is 99, whatever 100 * 0.99 is. */
  private static String percent(double share) {
    return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString();
  }
}
